import { canonicalJson, type LogEntry, logEntrySchema } from '@rbee/schema'
import { z } from 'zod'
import { readJson } from '../documents/json-bytes.ts'
import type { RegistryEvent } from '../ports/log-entries.ts'
import type { RegistryPorts } from '../registry.ts'

type KeyChange = Extract<LogEntry, { kind: 'key_change' }>

const roleSchema = z.object({ keyids: z.array(z.string()), threshold: z.number() })
/** What of a root's file is told: it was checked before it was published. */
const rootSchema = z.object({
  signed: z.object({ version: z.number(), roles: z.object({ root: roleSchema, timestamp: roleSchema }) }),
})
type Roles = z.infer<typeof rootSchema>['signed']['roles']

/** Roots looked at in one call; more are told of by the next. */
const ROOTS_AT_ONCE = 50

/**
 * Tells in the log which keys the registry's metadata are signed with: each root that is served is compared with the one before, however
 * it was published. What the log tells of already, also one that was put back after its database was lost, is not told again.
 */
export async function logKeyChanges({
  database,
  documents,
  clock,
}: Pick<RegistryPorts, 'database' | 'documents' | 'clock'>): Promise<void> {
  const told = (await database.listRegistryLog('key_change')).map(({ body }) => versionTold(body))
  const from = Math.max(0, ...told)
  let before = from === 0 ? null : await readRoles(documents, from)
  if (from > 0 && before === null) return
  for (let version = from + 1; version <= from + ROOTS_AT_ONCE; version += 1) {
    const roles = await readRoles(documents, version)
    if (roles === null) return
    await database.saveRegistryEvents(changesBetween(before, roles, version, clock()))
    before = roles
  }
}

async function readRoles(documents: RegistryPorts['documents'], version: number): Promise<Roles | null> {
  const stored = await documents.get({ kind: 'signed-file', name: `${version}.root.json` })
  return stored && rootSchema.parse(readJson(stored.body)).signed.roles
}

/** Named by the root that brought them, so that each is told once however many servers tell. */
function changesBetween(before: Roles | null, after: Roles, version: number, now: number): RegistryEvent[] {
  const at = new Date(now).toISOString()
  const common = { kind: 'key_change', actor: 'registry', at, worker: null } as const
  return [
    ...ofRole('root', before?.root ?? null, after.root, version),
    ...ofRole('online', before?.timestamp ?? null, after.timestamp, version),
  ].map((change) => ({
    name: `root:${version}:${change.role}:${change.change}`,
    body: canonicalJson(logEntrySchema.parse({ ...common, ...change } satisfies KeyChange)),
  }))
}

type Role = z.infer<typeof roleSchema>
type Change = Pick<KeyChange, 'change' | 'role' | 'keys' | 'reason'>

function ofRole(role: string, before: Role | null, after: Role, version: number): Change[] {
  const old = before?.keyids ?? []
  const added = after.keyids.filter((id) => !old.includes(id))
  const gone = old.filter((id) => !after.keyids.includes(id))
  const reason = `root ${version}: ${after.threshold} of ${after.keyids.length} sign`
  if (gone.length > 0 && gone.length === old.length) {
    return [
      {
        change: 'rotated',
        role,
        keys: added,
        reason: `${reason}; before: ${gone.join(', ')}`.slice(0, 2000),
      },
    ]
  }
  return [
    ...(added.length > 0 ? [{ change: 'added', role, keys: added, reason } as const] : []),
    ...(gone.length > 0 ? [{ change: 'revoked', role, keys: gone, reason } as const] : []),
  ]
}

/** The root that an entry is about; 0 for entries about other keys. */
function versionTold(body: string): number {
  const entry = logEntrySchema.safeParse(JSON.parse(body))
  const reason = entry.success && entry.data.kind === 'key_change' ? entry.data.reason : ''
  return Number(/^root (\d+):/.exec(reason)?.[1] ?? 0)
}
