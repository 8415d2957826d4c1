import { createHash } from 'node:crypto'
import type { TargetsRole } from './roles.ts'

/**
 * 512 bins: at 100,000 workers each lists 195 files, and no bin more than some 260. More bins would make the snapshot, of
 * which every client needs all, larger than the bin that it spares.
 */
export const BIN_BITS = 9
export const BIN_PREFIX = 'bin'

type Bins = Pick<TargetsRole['delegations']['succinct_roles'], 'bit_length' | 'name_prefix'>
const OWN: Bins = { bit_length: BIN_BITS, name_prefix: BIN_PREFIX }

/** The bin that lists the file, by the first bits of the SHA-256 of its path (TAP 15). */
export function binOf(path: string, bins: Bins = OWN): string {
  const index = createHash('sha256').update(path, 'utf8').digest().readUInt32BE() >>> (32 - bins.bit_length)
  return binName(index, bins)
}

/** All bins, in their order. */
export function allBins(bins: Bins = OWN): string[] {
  return Array.from({ length: 2 ** bins.bit_length }, (_, index) => binName(index, bins))
}

function binName(index: number, { bit_length, name_prefix }: Bins): string {
  const digits = (2 ** bit_length - 1).toString(16).length
  return `${name_prefix}-${index.toString(16).padStart(digits, '0')}`
}
