import { RbeeError, workerDocumentSchema } from '@rbee/schema'
import { z } from 'zod'
import type { Endpoint, Operation } from '../../endpoint.ts'
import { JSON_TYPE, taggedAnswer } from '../../http/answer.ts'
import { ADDRESS } from '../../http/parameters.ts'
import { addressedWorker, parsedWorker } from './addressed.ts'

export const cloneUrlSchema = z.object({
  git_url: z.string().describe('https, or ssh where the catalog has no other address'),
  branch: z.string().nullable().describe("Null: the repository's default branch"),
  path: z
    .string()
    .nullable()
    .describe('Folder of the worker inside the repository; null where it is not known'),
  commit: z.string().nullable().describe('Commit that the catalog was read at'),
  clone_command: z.string().describe('For a POSIX shell'),
})
export type CloneUrl = z.infer<typeof cloneUrlSchema>

const operation: Operation = {
  id: 'getCloneUrl',
  tag: 'Workers',
  summary: "Find the Git repository of a worker's sources",
  description: 'The catalog that describes the worker, else the repository that its manifest names.',
  parameters: [ADDRESS],
  answers: [{ status: 200, description: 'The repository', content: { schema: cloneUrlSchema } }],
  rateLimit: 'detail',
  errors: ['invalid_id', 'worker_not_found', 'no_repository'],
}

export const getCloneUrl: Endpoint = {
  operation,
  dependsOn: 'documents',
  async handle(context, services) {
    const { worker } = await addressedWorker(context, services)
    const place = placeOf(await parsedWorker(services, worker, sourceSchema))
    if (place !== null) return taggedAnswer(JSON.stringify(place), JSON_TYPE)
    throw new RbeeError('no_repository', `The worker "${worker}" has no public Git repository`)
  },
}

/** The same at the address that clients of earlier catalogs know. */
export const legacyCloneUrl: Endpoint = {
  ...getCloneUrl,
  operation: { ...operation, id: 'legacyGetCloneUrl', tag: 'Clients of earlier catalogs' },
}

const sourceSchema = workerDocumentSchema.pick({ git: true, repository: true })

function placeOf({ git, repository }: z.output<typeof sourceSchema>): CloneUrl | null {
  const catalogUrl = clonableUrl(git?.url ?? null)
  if (git !== null && catalogUrl !== null) {
    const { branch, path, commit } = git
    return { git_url: catalogUrl, branch, path, commit, clone_command: cloneCommand(catalogUrl, branch) }
  }
  const ownUrl = clonableUrl(repository)
  if (ownUrl === null) return null
  return {
    git_url: ownUrl,
    branch: null,
    path: null,
    commit: null,
    clone_command: cloneCommand(ownUrl, null),
  }
}

/**
 * The address without passwords, or null for what must not be handed to Git: `ext::` runs commands, `file:` reads this
 * machine's disk, and a host that begins with a hyphen is an option to ssh.
 */
export function clonableUrl(text: string | null): string | null {
  if (text === null || !URL.canParse(text)) return null
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'ssh:') return null
  if (url.hostname === '' || url.hostname.startsWith('-') || url.username.startsWith('-')) return null
  url.password = ''
  if (url.protocol === 'https:') url.username = ''
  return url.href
}

export function cloneCommand(url: string, branch: string | null): string {
  const ofBranch = branch === null ? '' : `--branch ${shellWord(branch)} --single-branch `
  return `git clone ${ofBranch}${shellWord(url)}`
}

/** A word of a POSIX shell (2.2.2: nothing is special between single quotes), quoted where it needs to be. */
function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text
  return `'${text.replaceAll("'", `'\\''`)}'`
}
