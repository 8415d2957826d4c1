/** What a file says of a version: the text, where it stands, or why there is none. */
export type VersionStatement =
  | { readonly ok: true; readonly text: string; readonly line: number | null; readonly file: string }
  | { readonly ok: false; readonly message: string; readonly next: string; readonly line: number | null }

/** A file of a build system that is not valid TOML. */
export function syntaxProblem(
  file: string,
  problem: { readonly message: string; readonly line: number },
): VersionStatement {
  return {
    ok: false,
    message: `${file} is not valid TOML: ${problem.message}`,
    next: 'correct the syntax at this line',
    line: problem.line,
  }
}
