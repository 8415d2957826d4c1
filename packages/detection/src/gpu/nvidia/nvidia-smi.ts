import { windowsFolder } from '../../platform/powershell.ts'
import type { CommandAnswer, Probe } from '../../probe.ts'
import { wholeNumber } from '../../text/fields.ts'
import { firstMatch } from '../../text/first-match.ts'
import { printable } from '../../text/printable.ts'

const MEBIBYTE = 2 ** 20
/** Sixteen cards of seven slices, with room around them. */
const MAX_SLICE_LINES = 500

/** One line of `nvidia-smi --query-gpu`. */
export interface SmiGpu {
  readonly name: string | null
  readonly slot: string | null
  readonly deviceId: number | null
  /** Of the slice that CUDA takes, where the card is cut into slices. */
  readonly vramBytes: number | null
  readonly driverVersion: string | null
  readonly computeCapability: string | null
}

/** What nvidia-smi said: the GPUs that the driver runs, why it runs none, or nothing because it does not exist. */
export type SmiReport =
  | { readonly state: 'answered'; readonly gpus: readonly SmiGpu[]; readonly cudaVersion: string | null }
  | { readonly state: 'failed'; readonly message: string | null; readonly timedOut: boolean }
  | { readonly state: 'missing' }

const FIELDS = [
  'pci.bus_id',
  'pci.device_id',
  'memory.total',
  'driver_version',
  'compute_cap',
  'name',
] as const
type Field = (typeof FIELDS)[number]

/**
 * What is asked for, in turn until it is understood: drivers before 510 do not know compute_cap and refuse the whole
 * question. The name goes last, because it is the one field that may hold a comma.
 */
const QUESTIONS: readonly (readonly Field[])[] = [
  FIELDS,
  FIELDS.filter((field) => field !== 'compute_cap'),
  ['memory.total', 'driver_version', 'compute_cap', 'name'],
]

/** Asks the NVIDIA driver. Source: nvidia-smi(1), "Selective query options" and "Return value". */
export async function askNvidiaSmi(probe: Probe): Promise<SmiReport> {
  for (const program of programs(probe)) {
    const report = await ask(probe, program)
    if (report.state !== 'missing') return report
  }
  return { state: 'missing' }
}

function programs(probe: Probe): string[] {
  if (probe.platform === 'win32') return [`${windowsFolder(probe)}\\System32\\nvidia-smi.exe`]
  // Windows brings it to WSL into a folder that not every shell has on its PATH.
  return ['nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi']
}

async function ask(probe: Probe, program: string): Promise<SmiReport> {
  let refusal: CommandAnswer | null = null
  for (const fields of QUESTIONS) {
    const answer = await probe.run(program, [
      `--query-gpu=${fields.join(',')}`,
      '--format=csv,noheader,nounits',
    ])
    if (answer === null) return { state: 'missing' }
    if (answer.code === 0) return readReport(answer.stdout, fields, await probe.run(program, []))
    refusal ??= answer
    if (!/not a valid field/i.test(answer.stdout)) break
  }
  const message = printable(`${refusal?.stdout ?? ''} ${refusal?.stderr ?? ''}`)
  return { state: 'failed', message, timedOut: refusal?.code === null }
}

function readReport(csv: string, fields: readonly Field[], banner: CommandAnswer | null): SmiReport {
  const lines = csv.split('\n').filter((line) => line.trim() !== '')
  const gpus = lines
    .filter((line) => line.split(',').length >= fields.length)
    .map((line) => readLine(line, fields))
  if (gpus.length === 0) return { state: 'failed', message: printable(csv), timedOut: false }
  // Drivers from 590 on tell the user-mode driver's version apart: "CUDA UMD Version".
  const cudaVersion = firstMatch(banner?.stdout, /CUDA(?: UMD)? Version\s*:\s*(\d+(?:\.\d+)+)/)
  const slices = sliceMemory(banner?.stdout ?? '')
  return {
    state: 'answered',
    gpus: gpus.map((gpu, index) => ({ ...gpu, vramBytes: slices.get(index) ?? gpu.vramBytes })),
    cudaVersion,
  }
}

/**
 * The memory of each card's first slice, by the card's number. A program gets one slice of a card and no more, the first
 * it sees. Source: NVIDIA, "Multi-Instance GPU user guide" (CUDA device enumeration; the table of MIG devices).
 */
function sliceMemory(banner: string): ReadonlyMap<number, number> {
  const table = banner.slice(banner.indexOf('| MIG devices:')).split('\n', MAX_SLICE_LINES)
  const memory = new Map<number, number>()
  for (const line of banner.includes('| MIG devices:') ? table : []) {
    const row = /^\| +(\d{1,3}) +(?:\d+|N\/A) +(?:\d+|N\/A) +\d+ +\| +\d+MiB *\/ *(\d{1,9})MiB/.exec(line)
    if (row && !memory.has(Number(row[1]))) memory.set(Number(row[1]), Number(row[2]) * MEBIBYTE)
  }
  return memory
}

function readLine(line: string, fields: readonly Field[]): SmiGpu {
  const cells = line.split(',').map((cell) => cell.trim())
  const cell = (field: Field): string | null => {
    const at = fields.indexOf(field)
    const text = at === fields.length - 1 ? cells.slice(at).join(', ') : cells[at]
    // `[N/A]`, `[Not Supported]` and `[Unknown Error]` all mean that there is no value.
    return at === -1 || text === undefined || /^\[.*\]$|^N\/A$/.test(text) ? null : printable(text)
  }
  const mebibytes = wholeNumber(cell('memory.total'))
  return {
    name: cell('name'),
    slot: shortSlot(cell('pci.bus_id')),
    deviceId: deviceIdOf(cell('pci.device_id')),
    vramBytes: mebibytes ? mebibytes * MEBIBYTE : null,
    driverVersion: version(cell('driver_version')),
    computeCapability: version(cell('compute_cap')),
  }
}

/** `00000000:01:00.0` → `0000:01:00.0`, as the kernel writes it. */
function shortSlot(text: string | null): string | null {
  const slot = firstMatch(text, /^(?:[0-9a-f]{4})?([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/i)
  return slot?.toLowerCase() ?? null
}

/** `0x268410DE` holds the device number before the vendor's. */
function deviceIdOf(text: string | null): number | null {
  const device = firstMatch(text, /^0x([0-9a-f]{4})10DE$/i)
  return device === null ? null : Number.parseInt(device, 16)
}

function version(text: string | null): string | null {
  return firstMatch(text, /^(\d+(?:\.\d+)+)/)
}
