import type { HostProfile } from '@rbee/schema'
import { browserGpus, type GpuSource } from './browser-gpus.ts'

/** What browsers of the Chromium family say beside `userAgent` (User-Agent Client Hints, not in TypeScript's types). */
interface UserAgentData {
  readonly platform: string
  getHighEntropyValues(hints: string[]): Promise<{ architecture?: string; bitness?: string }>
}

export type BrowserSource = Pick<Navigator, 'userAgent'> & {
  readonly userAgentData?: UserAgentData
  readonly gpu?: GpuSource
}

/** What stands where a profile must name something that the browser does not tell; no build is for such a machine. */
const UNKNOWN = 'unknown'

/**
 * What a browser knows of its machine. Memory and processors are left open: browsers round them or lower them so that
 * visitors are harder to tell apart.
 */
export async function browserProfile(source: BrowserSource): Promise<HostProfile> {
  const [arch, gpus] = await Promise.all([architecture(source), browserGpus(source.gpu)])
  return {
    os: system(source),
    arch,
    libc: null,
    cpu: { model: null, cores: null, features: null },
    memory_bytes: null,
    disk_free_bytes: null,
    container: null,
    wsl: null,
    gpus,
  }
}

function system({ userAgent, userAgentData }: BrowserSource): string {
  const told = `${userAgentData?.platform ?? ''} ${userAgent}`
  if (/Android|iPhone|iPad|CrOS|Chrome OS/.test(told)) return UNKNOWN
  if (/Windows/.test(told)) return 'windows'
  if (/macOS|Macintosh/.test(told)) return 'macos'
  return /Linux/.test(told) ? 'linux' : UNKNOWN
}

async function architecture({ userAgent, userAgentData }: BrowserSource): Promise<string> {
  const told = await userAgentData?.getHighEntropyValues(['architecture', 'bitness'])
  if (told?.architecture === 'x86' && told.bitness === '64') return 'x86_64'
  if (told?.architecture === 'arm' && told.bitness === '64') return 'aarch64'
  // Browsers on Apple silicon say Intel, and those on ARM versions of Windows say x64: only Linux is believed.
  const named = /Linux (x86_64|aarch64)/.exec(userAgent)?.[1]
  return named ?? UNKNOWN
}
