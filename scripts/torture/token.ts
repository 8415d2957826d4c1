/** The operator's token of every catalog that is started here; each listens on the loopback address alone. */
export const OPERATOR_TOKEN = 'rbee_op_of-these-rounds-only-0123456789'
