/** Whether a failure is the system's and has one of these codes, for example `ENOENT`. */
export function hasCode(error: unknown, ...codes: readonly string[]): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
