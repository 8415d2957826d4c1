import type { Gpu, HostProfile } from '@rbee/schema'
import { byteSize } from '../figures/byte-size.ts'

export interface ProfileFact {
  readonly name: string
  /** Null where the profile does not know. */
  readonly text: string | null
}

/** What a profile says of a machine, in the words of the site. */
export function profileSummary(profile: HostProfile): ProfileFact[] {
  const { libc, cpu, gpus } = profile
  return [
    { name: 'System', text: `${profile.os}, ${profile.arch}` },
    { name: 'Processor', text: cpu.model },
    { name: 'Memory', text: profile.memory_bytes === null ? null : byteSize(profile.memory_bytes) },
    {
      name: 'Free disk',
      text: profile.disk_free_bytes === null ? null : byteSize(profile.disk_free_bytes),
    },
    ...(profile.os === 'linux'
      ? [
          {
            name: 'C library',
            text: libc === null ? null : [libc.name, libc.version].filter(Boolean).join(' '),
          },
        ]
      : []),
    { name: gpus.length > 1 ? 'GPUs' : 'GPU', text: gpus.map(gpuText).join('; ') || 'none' },
  ]
}

function gpuText({ vendor, name, vram_bytes, usable, problem }: Gpu): string {
  const facts = [
    vram_bytes === null ? null : byteSize(vram_bytes),
    usable ? null : `cannot be used: ${problem ?? 'the cause is unknown'}`,
  ].filter((fact) => fact !== null)
  return `${name ?? vendor}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`
}
