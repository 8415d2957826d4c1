import type { RegistryClient } from '@rbee/api-client'
import { z } from 'zod'

/** How the registry's signed metadata stands. Moments are RFC 3339. */
export interface SignedState {
  readonly root: SignedRole & {
    /** SHA-256 of the first root, by which machines recognise the registry. */
    readonly firstSha256: string
    readonly sha256: string
    readonly keys: readonly SigningKey[]
  }
  /** Signed by the root keys: which keys sign the workers. */
  readonly targets: SignedRole
  /** Signed by the server, over and over. */
  readonly snapshot: SignedRole
  readonly timestamp: SignedRole
}

export interface SignedRole {
  readonly version: number
  readonly expires: string
}

export interface SigningKey {
  readonly id: string
  /** What it signs, and how many signatures that needs: `root (2 of 3)`. */
  readonly roles: readonly string[]
  readonly scheme: string
}

/** Far more than a root of a hundred keys, or a snapshot of 512 bins. */
const MAX_FILE_BYTES = 500_000
/** Roots are made by hand; a server with more of them than this shows the newest of these. */
const ROOTS_MAX = 256

const role = z.object({ version: z.int(), expires: z.string() })
const root = z.object({
  signed: role.extend({
    keys: z.record(z.string(), z.object({ scheme: z.string() })),
    roles: z.record(z.string(), z.object({ keyids: z.array(z.string()), threshold: z.int() })),
  }),
})
const listing = z.object({
  signed: role.extend({ meta: z.record(z.string(), z.object({ version: z.int() })) }),
})
const targets = z.object({ signed: role })

/** Null where the registry signs nothing. */
export async function readSignedState(api: RegistryClient): Promise<SignedState | null> {
  const timestamp = await readFile(api, 'timestamp.json', listing)
  if (timestamp === null) return null
  const [roots, snapshot] = await Promise.all([
    readRoots(api),
    readFile(api, `${timestamp.content.signed.meta['snapshot.json']?.version}.snapshot.json`, listing),
  ])
  const listed = await readFile(
    api,
    `${snapshot?.content.signed.meta['targets.json']?.version}.targets.json`,
    targets,
  )
  if (roots === null || snapshot === null || listed === null) return null
  const { signed } = roots.newest.content
  return {
    root: {
      ...roleOf(signed),
      firstSha256: roots.first.sha256,
      sha256: roots.newest.sha256,
      keys: keysOf(signed),
    },
    targets: roleOf(listed.content.signed),
    snapshot: roleOf(snapshot.content.signed),
    timestamp: roleOf(timestamp.content.signed),
  }
}

interface ReadFile<Content> {
  readonly content: Content
  readonly sha256: string
}

async function readFile<Schema extends z.ZodType>(
  api: RegistryClient,
  name: string,
  schema: Schema,
): Promise<ReadFile<z.output<Schema>> | null> {
  const bytes = await api.signedFile(name, MAX_FILE_BYTES)
  if (bytes === null) return null
  const content = schema.parse(JSON.parse(new TextDecoder().decode(bytes)))
  return { content, sha256: await sha256Hex(bytes) }
}

/** From the first on, as clients follow them: nothing but the next one says whether a root is the newest. */
async function readRoots(
  api: RegistryClient,
): Promise<{ first: ReadFile<z.output<typeof root>>; newest: ReadFile<z.output<typeof root>> } | null> {
  const first = await readFile(api, '1.root.json', root)
  if (first === null) return null
  let newest = first
  for (let version = 2; version <= ROOTS_MAX; version += 1) {
    const next = await readFile(api, `${version}.root.json`, root)
    if (next === null) break
    newest = next
  }
  return { first, newest }
}

function roleOf({ version, expires }: SignedRole): SignedRole {
  return { version, expires }
}

function keysOf({ keys, roles }: z.output<typeof root>['signed']): readonly SigningKey[] {
  return Object.entries(keys).map(([id, { scheme }]) => ({
    id,
    scheme,
    roles: Object.entries(roles)
      .filter(([, { keyids }]) => keyids.includes(id))
      .map(([name, { threshold, keyids }]) => `${name} (${threshold} of ${keyids.length})`),
  }))
}

async function sha256Hex(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
