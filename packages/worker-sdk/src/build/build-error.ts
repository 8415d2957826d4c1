/** A build that cannot be made: a sentence for its author, and what to do next. */
export class BuildError extends Error {
  override readonly name = 'BuildError'
  readonly next: string | null

  constructor(message: string, next: string | null = null) {
    super(message)
    this.next = next
  }
}

/** A variable of the build that is missing or wrong. */
export class BuildSettingError extends Error {
  override readonly name = 'BuildSettingError'
}
