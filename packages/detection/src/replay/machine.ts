import type { CommandAnswer, Probe } from '../probe.ts'
import { replayProbe } from './replay-probe.ts'

/** A Linux machine for tests of one reader: only what is stated exists on it. */
export function aMachine(
  machine: {
    platform?: string
    env?: Record<string, string>
    files?: Record<string, string>
    access?: Record<string, 'open' | 'denied'>
    commands?: Record<string, Partial<CommandAnswer>>
  } = {},
): Probe {
  return replayProbe({
    title: 'a machine for one test',
    sources: [],
    platform: machine.platform ?? 'linux',
    arch: 'x86_64',
    env: machine.env ?? {},
    logical_processors: null,
    total_memory: 16 * 2 ** 30,
    disk_free: null,
    files: machine.files ?? {},
    access: machine.access ?? {},
    commands: Object.entries(machine.commands ?? {}).map(([run, answer]) => {
      return { run, code: 0, stdout: '', stderr: '', ...answer }
    }),
  })
}
