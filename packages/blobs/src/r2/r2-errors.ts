import { type ErrorCode, RbeeError } from '@rbee/schema'

/**
 * Codes that R2 puts at the end of its messages, as in `uploadPart: … does not exist. (10024)`.
 * Source: https://developers.cloudflare.com/r2/api/error-codes/
 */
const FAILURES: ReadonlyMap<string, readonly [ErrorCode, string]> = new Map([
  ['10024', ['upload_not_found', 'The staging place of the upload is gone']],
  ['10025', ['upload_incomplete', 'Parts of the upload are missing']],
  ['10037', ['digest_mismatch', 'The archive does not have the stated SHA-256']],
])

/** Turns those failures of R2 that callers of a store expect into the store's own. */
export async function translated<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    const code = error instanceof Error ? /\((\d+)\)\s*$/.exec(error.message)?.[1] : undefined
    const failure = code === undefined ? undefined : FAILURES.get(code)
    if (!failure) throw error
    throw new RbeeError(failure[0], failure[1], { cause: error })
  }
}
