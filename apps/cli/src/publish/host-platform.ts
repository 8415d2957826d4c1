import { type Platform, platformSchema } from '@rbee/schema'

const OS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'macos', win32: 'windows' }
const ARCH: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' }

/** The platform whose programs run here, from Node's own names; null on one that no worker can be published for. */
export function hostPlatform(process: { readonly platform: string; readonly arch: string }): Platform | null {
  return platformSchema.safeParse(`${OS[process.platform]}-${ARCH[process.arch]}`).data ?? null
}
