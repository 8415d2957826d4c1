import type { ErrorCode } from '@rbee/schema'

/** What happens while repositories are built, for who watches. */
export type BuildEvent =
  | { readonly kind: 'surveyed'; readonly workers: number; readonly total: number }
  /** A package is made; `bytes` is what its archive has to download. */
  | {
      readonly kind: 'packing'
      readonly file: string
      readonly bytes: number
      readonly place: number
      readonly of: number
    }
  | { readonly kind: 'left-out'; readonly omission: Omission }

/** Something that is not offered, and why. */
export interface Omission {
  /** A package's file, or a worker. */
  readonly what: string
  readonly code: ErrorCode
  readonly reason: string
}
