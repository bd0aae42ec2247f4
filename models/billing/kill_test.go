package billing

func victim() {}
