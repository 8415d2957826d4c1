import { join } from 'node:path'
import type { Ceremony } from '@rbee/trust'
import { keyIdOf } from '@rbee/trust'
import { type KeyFolder, readOnlineKey, readRootKeys, trustedKeys } from '@rbee/trust/key-folder'

/** A key that the newest root trusts, and whether its secret half lies in the folder. */
interface DescribedKey {
  readonly id: string
  readonly present: boolean
}

/** What `rbee-catalog keys` tells, also as JSON. */
export interface DescribedKeys {
  readonly root: {
    readonly version: number
    /** `sha256:` and the digest of the root's file: what people compare before they trust it. */
    readonly digest: string
    readonly expires: string
    /** The file of the newest root, to be handed to clients. */
    readonly file: string
    readonly threshold: number
    readonly keys: readonly DescribedKey[]
  }
  readonly targets: { readonly version: number; readonly expires: string }
  readonly online: DescribedKey
  /** Where the offline keys were looked for. */
  readonly root_dir: string
}

export async function describeKeys(folder: KeyFolder, ceremony: Ceremony): Promise<DescribedKeys> {
  const { offline, threshold, online } = trustedKeys(ceremony)
  const atHand = new Set((await readRootKeys(folder)).map(({ keyId }) => keyId))
  const { root, rootSha256, targetsRole } = ceremony
  return {
    root: {
      version: root.version,
      digest: `sha256:${rootSha256}`,
      expires: root.expires,
      file: join(folder.path, 'metadata', `${root.version}.root.json`),
      threshold,
      keys: offline.map((key) => ({ id: keyIdOf(key), present: atHand.has(keyIdOf(key)) })),
    },
    targets: { version: targetsRole.version, expires: targetsRole.expires },
    online: { id: keyIdOf(online), present: (await readOnlineKey(folder, ceremony)) !== null },
    root_dir: folder.rootPath,
  }
}

/** For people. */
export function keysView({ root, targets, online, root_dir }: DescribedKeys): string {
  const state = ({ id, present }: DescribedKey) => `${id.slice(0, 16)}  ${present ? 'here' : 'not here'}`
  const lines: [string, string][] = [
    ['root', `${root.version}, ${root.digest}`],
    ['expires', root.expires],
    ['file', root.file],
    ...root.keys.map((key): [string, string] => ['root key', state(key)]),
    ['needed', `${root.threshold} of ${root.keys.length} root keys, looked for in ${root_dir}`],
    ['targets', `${targets.version}, expires ${targets.expires}`],
    ['online key', state(online)],
  ]
  return lines.map(([name, value]) => `${name.padEnd(10)}  ${value}`).join('\n')
}
