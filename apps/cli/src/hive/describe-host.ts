import type { Gpu, HostProfile } from '@rbee/schema'
import { counted } from '../program/counted.ts'
import type { Terminal } from '../program/terminal.ts'

type Colors = Terminal['colors']

/** The x86 features that decide between builds of a worker; all others are in the profile. */
const TELLING_FEATURES = [
  'avx',
  'avx2',
  'fma',
  'f16c',
  'avx512f',
  'avx512_vnni',
  'amx_tile',
  'asimd',
  'asimddp',
  'i8mm',
  'sve',
]

/** What people want to know of a host: one line for each part, and for each GPU whether it can be used or why not. */
export function describeHost(profile: HostProfile, colors: Colors): string {
  const lines: [label: string, text: string][] = [
    ['system', describeSystem(profile)],
    ['processor', describeCpu(profile.cpu)],
    ['memory', sizeOrUnknown(profile.memory_bytes)],
    ['disk free', sizeOrUnknown(profile.disk_free_bytes)],
    ...describeGpus(profile.gpus, colors),
  ]
  return lines.map(([label, text]) => `${label.padEnd(11)}${text}`.trimEnd()).join('\n')
}

function describeSystem({ os, arch, libc, container, wsl }: HostProfile): string {
  const parts = [
    `${os} ${arch}`,
    os === 'linux' ? describeLibc(libc) : null,
    container === null ? null : `in a container (${container})`,
    wsl === null ? null : `WSL ${wsl}`,
  ]
  return parts.filter((part) => part !== null).join(', ')
}

function describeLibc(libc: HostProfile['libc']): string {
  if (libc === null) return 'C library unknown'
  return libc.name === 'none' ? 'no C library' : `${libc.name} ${libc.version ?? '(version unknown)'}`
}

function describeCpu({ model, cores, features }: HostProfile['cpu']): string {
  const telling = TELLING_FEATURES.filter((name) => features?.includes(name))
  const parts = [
    model ?? 'model unknown',
    cores === null ? null : counted(cores, 'core'),
    features === null ? 'features unknown' : telling.join(' '),
  ]
  return parts.filter((part) => part !== null && part !== '').join(', ')
}

function describeGpus(gpus: readonly Gpu[], colors: Colors): [string, string][] {
  if (gpus.length === 0) return [['GPU', 'none']]
  return gpus.flatMap((gpu, index): [string, string][] => [
    [`GPU ${index}`, [gpu.name ?? `a GPU of ${gpu.vendor}`, ...gpuFacts(gpu)].join(', ')],
    [
      '',
      gpu.usable
        ? colors.green('usable')
        : `${colors.red('not usable:')} ${gpu.problem ?? 'the cause is unknown'}`,
    ],
  ])
}

function gpuFacts(gpu: Gpu): string[] {
  const facts: (string | null)[] = [
    gpu.vram_bytes === null ? null : gibibytes(gpu.vram_bytes),
    gpu.unified_memory === true ? 'shares the main memory' : null,
    labelled('driver', gpu.driver_version),
    labelled('CUDA', gpu.cuda_version),
    labelled('compute capability', gpu.compute_capability),
    gpu.gfx_target,
    labelled('Vulkan', gpu.vulkan_version),
  ]
  return facts.filter((fact) => fact !== null)
}

function labelled(label: string, value: string | null): string | null {
  return value === null ? null : `${label} ${value}`
}

function sizeOrUnknown(bytes: number | null): string {
  return bytes === null ? 'unknown' : gibibytes(bytes)
}

/** Requirements are stated in binary units, so that a host is described in them, too. */
function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`
}
