import { type LogEntry, RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { type ShownEntry, showLog } from '../../catalog/log/show-log.ts'
import { command } from '../../program/command.ts'
import { table } from '../../program/table.ts'

const HEAD = ['ENTRY', 'TIME', 'WHAT', 'OF', 'BY', 'WHY']

export default command({
  options: z.object({ key: z.string().optional() }),

  async run(context, [url, worker = null], { key = null }) {
    if (!url) throw new RbeeError('usage', 'say which registry: rbee-catalog log show URL [WORKER]')
    return showLog(context, url, { worker, key })
  },

  view: ({ entries }) => (entries.length === 0 ? 'no entries' : table(HEAD, entries.map(rowOf))),
})

function rowOf({ index, entry }: ShownEntry): string[] {
  if (entry === null) return [String(index), '', 'unknown to this version', '', '', '']
  return [String(index), entry.at, whatOf(entry), subjectOf(entry), entry.actor, reasonOf(entry)]
}

function whatOf(entry: LogEntry): string {
  switch (entry.kind) {
    case 'staff_action':
      return entry.action
    case 'key_change':
      return `key_change (${entry.role} ${entry.change})`
    case 'publish':
    case 'yank':
    case 'unyank':
    case 'quarantine':
    case 'release_quarantine':
    case 'deprecate':
    case 'undeprecate':
    case 'transfer':
      return entry.kind
  }
}

function subjectOf(entry: LogEntry): string {
  const version = 'version' in entry && entry.version !== null ? `@${entry.version}` : ''
  return `${entry.worker ?? 'the registry'}${version}`
}

function reasonOf(entry: LogEntry): string {
  if (entry.kind === 'publish') return ''
  const successor = entry.kind === 'deprecate' && entry.successor !== null ? ` (use ${entry.successor})` : ''
  return `${entry.reason}${successor}`
}
