/** Bytes of the target that are nearly those of the base at another place. */
export interface Match {
  /** Offset in the target. */
  readonly target: number
  /** Offset in the base. */
  readonly base: number
  readonly length: number
}
