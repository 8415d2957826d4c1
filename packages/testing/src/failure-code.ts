import { type ErrorCode, RbeeError } from '@rbee/schema'

/** The code that a call fails with, or `done`. Other failures than an `RbeeError` are thrown on. */
export async function failureCode(call: Promise<unknown>): Promise<ErrorCode | 'done'> {
  return (await failureOf(call))?.code ?? 'done'
}

/** The `RbeeError` that a call fails with, or null. Other failures are thrown on. */
export async function failureOf(call: Promise<unknown>): Promise<RbeeError | null> {
  try {
    await call
    return null
  } catch (error) {
    if (error instanceof RbeeError) return error
    throw error
  }
}
