import { parseSize } from '@rbee/schema'
import type { Candidate } from '../candidate.ts'
import { sizeText } from '../size-text.ts'
import { type Unmet, unmet } from '../unmet.ts'

/** The host has as much main memory. */
export function checkMemory({ variant, profile }: Candidate): Unmet | null {
  const need = variant.requirements.memory
  if (need === undefined || reaches(profile.memory_bytes, need)) return null
  return unmet({
    code: 'memory',
    variant: variant.name,
    need,
    needs: `${need} of memory`,
    have: amount(profile.memory_bytes),
  })
}

/** The disk has as much room left. */
export function checkDisk({ variant, profile }: Candidate): Unmet | null {
  const need = variant.requirements.disk
  if (need === undefined || reaches(profile.disk_free_bytes, need)) return null
  return unmet({
    code: 'disk',
    variant: variant.name,
    need,
    needs: `${need} of free disk space`,
    have: amount(profile.disk_free_bytes),
  })
}

/** Whether an amount in bytes is known and at least a size such as `4 GiB`. */
export function reaches(bytes: number | null, size: string): boolean {
  const required = parseSize(size)
  return bytes !== null && required !== null && bytes >= required
}

function amount(bytes: number | null): string | null {
  return bytes === null ? null : sizeText(bytes)
}
