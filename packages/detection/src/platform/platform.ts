import type { Probe } from '../probe.ts'
import { printable } from '../text/printable.ts'

const OS_NAMES: ReadonlyMap<string, string> = new Map([
  ['linux', 'linux'],
  ['darwin', 'macos'],
  ['win32', 'windows'],
])
const ARCH_NAMES: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'x86_64'],
  ['amd64', 'x86_64'],
  ['aarch64', 'aarch64'],
  ['arm64', 'aarch64'],
])

/** Operating system and architecture in the registry's words; others as the system names them. */
export async function detectPlatform(probe: Probe): Promise<{ os: string; arch: string }> {
  const named = probe.arch.toLowerCase()
  const arch = (await isTranslated(probe)) ? 'aarch64' : (ARCH_NAMES.get(named) ?? probe.arch)
  return {
    os: OS_NAMES.get(probe.platform) ?? name(probe.platform),
    arch: name(arch),
  }
}

/**
 * Whether this process is x86-64 code that Rosetta translates on an Apple processor.
 * Source: Apple, "About the Rosetta translation environment" (sysctl.proc_translated).
 */
async function isTranslated(probe: Probe): Promise<boolean> {
  if (probe.platform !== 'darwin') return false
  const answer = await probe.run('/usr/sbin/sysctl', ['-n', 'sysctl.proc_translated'])
  return answer?.stdout.trim() === '1'
}

function name(text: string): string {
  return printable(text)?.slice(0, 100) ?? 'unknown'
}
