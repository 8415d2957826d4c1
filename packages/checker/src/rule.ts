/** How bad it is: with an error a submission is not taken. */
export type Severity = 'error' | 'warning'

/** What a rule has to say of one place. */
export interface Problem {
  /** Relative to what the rule looks at: the worker's folder, or the repository. */
  readonly file: string
  /** 1-based; 1 for what concerns the file as a whole. */
  readonly line?: number | null
  /** What is wrong, as a sentence without a full stop. */
  readonly reason: string
  /** What to do about it. */
  readonly cure: string
  /** By default the rule's. */
  readonly severity?: Severity
}

/** One rule. Its page is `docs/checks/<id>.md`. */
export interface Rule<Subject> {
  readonly id: string
  readonly severity: Severity
  /** What it asks for, in one line. */
  readonly summary: string
  /** Whether it stays silent of lines, or of whole files, that another rule found an error in. */
  readonly onlyWithoutOthers?: boolean
  check(subject: Subject): readonly Problem[] | Promise<readonly Problem[]>
}

/** A problem as it is reported. */
export interface CheckFinding {
  readonly rule: string
  readonly severity: Severity
  /** Relative to the repository, outside one to the folder that is checked. */
  readonly file: string
  readonly line: number
  readonly reason: string
  readonly cure: string
  /** Id or folder of the worker; null for what concerns the submission as a whole. */
  readonly worker: string | null
}
