import type { Probe } from '../../probe.ts'
import { readFields, wholeNumber } from '../../text/fields.ts'
import { firstMatch } from '../../text/first-match.ts'
import { printable } from '../../text/printable.ts'
import { pciSlot } from './kfd.ts'

/** A GPU that the ROCm runtime can use. */
export interface RocmAgent {
  readonly slot: string | null
  readonly name: string | null
  readonly gfxTarget: string | null
  readonly vramBytes: number | null
  /** True for a GPU inside the processor; null where this version of rocminfo does not tell. */
  readonly unifiedMemory: boolean | null
}

/** The GPUs that rocminfo lists; empty where it is not installed or finds none. Source: ROCm/rocminfo, rocminfo.cc. */
export async function askRocminfo(probe: Probe): Promise<RocmAgent[]> {
  const answer = await probe.run('rocminfo', [])
  if (answer?.code !== 0) return []
  return answer.stdout
    .split(/^\*+[ \t]*\nAgent \d+[ \t]*\n\*+[ \t]*\n/m)
    .map((block) => readAgent(block))
    .filter((agent) => agent !== null)
}

function readAgent(block: string): RocmAgent | null {
  const fields = readFields(block)
  if (fields.get('Device Type') !== 'GPU') return null
  const location = wholeNumber(fields.get('BDFID'))
  const properties = fields.get('Memory Properties')
  return {
    slot: location === null ? null : pciSlot(wholeNumber(fields.get('Domain')) ?? 0, location),
    name: printable(fields.get('Marketing Name')),
    gfxTarget: firstMatch(fields.get('Name'), /^(gfx[0-9a-f]+)/),
    vramBytes: largestPool(block),
    unifiedMemory: properties === undefined ? null : properties.includes('APU'),
  }
}

/** `Segment: GLOBAL; FLAGS: …` and `Size: 25149440(0x17fc000) KB`: the card's memory is its largest global pool. */
function largestPool(block: string): number | null {
  const sizes = [...block.matchAll(/Segment:[ \t]+GLOBAL[^\n]*\n[ \t]*Size:[ \t]+(\d{1,12})\(/g)]
  const kibibytes = Math.max(0, ...sizes.map((match) => Number(match[1])))
  return kibibytes === 0 ? null : kibibytes * 1024
}
