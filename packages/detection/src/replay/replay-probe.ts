import type { CommandAnswer, Probe } from '../probe.ts'
import type { HostFixture } from './host-fixture.ts'

/**
 * A machine that answers out of a recording. Programs and files that are not recorded do not exist; a recorded program
 * that is asked something else is a mistake in the recording.
 */
export function replayProbe(fixture: HostFixture): Probe {
  const paths = [...Object.keys(fixture.files), ...Object.keys(fixture.access)]
  return {
    platform: fixture.platform,
    arch: fixture.arch,
    env: fixture.env,
    logicalProcessors: fixture.logical_processors,
    totalMemory: fixture.total_memory,
    run: async (command, args) => findAnswer(fixture, command, args),
    readFile: async (path) => fixture.files[path] ?? null,
    listFolder: async (path) => namesBelow(paths, path),
    access: async (path) => fixture.access[path] ?? (path in fixture.files ? 'open' : 'missing'),
    diskFree: async () => fixture.disk_free,
  }
}

function findAnswer(
  { commands }: HostFixture,
  command: string,
  args: readonly string[],
): CommandAnswer | null {
  const line = [command, ...args].join(' ')
  const answer = commands.find(({ run }) =>
    run.endsWith('…') ? line.startsWith(run.slice(0, -1)) : line === run,
  )
  if (answer) return { code: answer.code, stdout: answer.stdout, stderr: answer.stderr }
  if (commands.some(({ run }) => run.split(' ')[0] === command))
    throw new Error(`the fixture has no answer for: ${line}`)
  return null
}

function namesBelow(paths: readonly string[], folder: string): string[] | null {
  const inside = paths.filter((path) => path.startsWith(`${folder}/`))
  if (inside.length === 0) return null
  const names = inside.map((path) => path.slice(folder.length + 1).split('/')[0] ?? '')
  return [...new Set(names)].toSorted()
}
