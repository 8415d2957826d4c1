import type { Probe } from '../../probe.ts'
import { readFields, wholeNumber } from '../../text/fields.ts'

const NODES = '/sys/class/kfd/kfd/topology/nodes'
const MAX_NODES = 256

/**
 * The gfx targets of the GPUs that the compute driver lists, by PCI slot.
 * Source: drivers/gpu/drm/amd/amdkfd/kfd_topology.c of Linux (properties of a node).
 */
export async function readKfdTargets(probe: Probe): Promise<ReadonlyMap<string, string>> {
  const nodes = ((await probe.listFolder(NODES)) ?? [])
    .filter((name) => /^\d+$/.test(name))
    .slice(0, MAX_NODES)
  const entries = await Promise.all(
    nodes.map(async (node) => readNode(await probe.readFile(`${NODES}/${node}/properties`))),
  )
  return new Map(entries.filter((entry) => entry !== null))
}

function readNode(properties: string | null): [slot: string, target: string] | null {
  const fields = readFields(properties, ' ')
  const target = gfxTarget(wholeNumber(fields.get('gfx_target_version')) ?? 0)
  const location = wholeNumber(fields.get('location_id'))
  if (target === null || location === null) return null
  return [pciSlot(wholeNumber(fields.get('domain')) ?? 0, location), target]
}

/** 110000 → gfx1100, 90010 → gfx90a: major in ten thousands, minor in hundreds; minor and stepping are hexadecimal. */
export function gfxTarget(version: number): string | null {
  const major = Math.floor(version / 10_000)
  const minor = Math.floor(version / 100) % 100
  const stepping = version % 100
  // A processor's node states 0.
  if (major < 1 || major > 99 || minor > 15 || stepping > 15) return null
  return `gfx${major}${minor.toString(16)}${stepping.toString(16)}`
}

/** A location is the bus in the high byte and device and function below it. */
export function pciSlot(domain: number, location: number): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
  return `${hex(domain, 4)}:${hex((location >> 8) & 0xff, 2)}:${hex((location >> 3) & 0x1f, 2)}.${location & 7}`
}
