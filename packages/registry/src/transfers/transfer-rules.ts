/** How long things take around a change of owner, in milliseconds. */
export interface TransferRules {
  /** In which the former owner can object, counted while the server runs. */
  readonly waitMs: number
  /** After which a worker without valid tokens of its owner counts as orphaned. */
  readonly orphanAfterMs: number
}

const DAY_MS = 86_400_000
const DEFAULT_RULES: TransferRules = { waitMs: 7 * DAY_MS, orphanAfterMs: 180 * DAY_MS }

export function rulesOf({
  transferRules,
}: {
  readonly transferRules?: Partial<TransferRules>
}): TransferRules {
  return { ...DEFAULT_RULES, ...transferRules }
}
