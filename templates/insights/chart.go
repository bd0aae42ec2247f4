package insights

import (
	"fmt"
	"strconv"
	"strings"
)

// Chart is one or two series over time: bars, and a line where there is a
// second one. Shape and words tell them apart, not colour alone.
type Chart struct {
	ID         string
	Title      string
	Bars, Line string // names of the series; Line is "" for bars alone
	Points     []Point
	Top        string // the number at the upper end, as people read it
}

// Point is one day or week. The texts are the values as people read them.
type Point struct {
	Label             string
	Bar, Line         int64
	BarText, LineText string
	Mark              bool // something is odd about it, which the table says
}

// The chart's own measures; it is stretched to the width that there is.
const (
	chartWidth  = 720
	chartHeight = 160
)

// Ceiling is the round number at which the chart ends.
func (c *Chart) Ceiling() int64 { return c.top() }

// top is the round number at which the chart ends.
func (c *Chart) top() int64 {
	most := int64(1)
	for i := range c.Points {
		most = max(most, c.Points[i].Bar, c.Points[i].Line)
	}
	step := int64(1)
	for step*10 <= most {
		step *= 10
	}
	for _, n := range []int64{1, 2, 4, 5, 10} {
		if n*step >= most {
			return n * step
		}
	}
	return most
}

// nothing reports whether all values are zero.
func (c *Chart) nothing() bool {
	for i := range c.Points {
		if c.Points[i].Bar != 0 || c.Points[i].Line != 0 {
			return false
		}
	}
	return true
}

type bar struct{ x, y, width, height, title, class string }

func (c *Chart) bars() []bar {
	top, slot := c.top(), float64(chartWidth)/float64(max(1, len(c.Points)))
	list := make([]bar, 0, len(c.Points))
	for i := range c.Points {
		p := &c.Points[i]
		if p.Bar <= 0 {
			continue
		}
		h := float64(p.Bar) / float64(top) * chartHeight
		b := bar{x: coordinate(slot * (float64(i) + .15)), y: coordinate(chartHeight - h), width: coordinate(slot * .7), height: coordinate(h),
			title: p.Label + ": " + p.BarText, class: "chart-bar"}
		if p.Mark {
			b.class = "chart-bar chart-mark"
		}
		list = append(list, b)
	}
	return list
}

// line is the points of the second series' line.
func (c *Chart) line() string {
	top, slot := c.top(), float64(chartWidth)/float64(max(1, len(c.Points)))
	var b strings.Builder
	for i := range c.Points {
		fmt.Fprintf(&b, "%s,%s ", coordinate(slot*(float64(i)+.5)), coordinate(chartHeight-float64(c.Points[i].Line)/float64(top)*chartHeight))
	}
	return strings.TrimSpace(b.String())
}

func coordinate(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
