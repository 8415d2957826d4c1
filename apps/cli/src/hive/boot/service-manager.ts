import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { hasCode, RbeeError } from '@rbee/schema'
import { printable } from '../printable.ts'
import { userFolder } from '../user-folder.ts'
import type { BootEntry } from './boot-entry.ts'
import { agentLabel, launchdAgent } from './launchd-agent.ts'
import { systemdUnit } from './systemd-unit.ts'

/** What starts services when the machine starts, as far as one user may use it. */
export interface ServiceManager {
  /** The folder of its description files, and how they are named. */
  readonly folder: string
  fileName(name: string): string
  describe(entry: BootEntry): string
  /** Fails with `boot_unavailable` where it cannot be reached. */
  assertAvailable(): Promise<void>
  /** @param now whether it starts at once, too. */
  enable(name: string, now: boolean): Promise<void>
  /** Ends it, if it runs, and forgets it. */
  disable(name: string): Promise<void>
  /** What it says of a service; null where it cannot be asked. */
  isActive(name: string): Promise<boolean | null>
  /** What keeps services from starting before the user logs in, and the cure; null when nothing does. */
  lateStart(): Promise<string | null>
}

type Environment = Readonly<Record<string, string | undefined>>

/** Fails with `boot_unavailable` on systems that have none of the known ones. */
export function serviceManager(platform: string, env: Environment): ServiceManager {
  if (platform === 'linux') return systemdManager(env)
  if (platform === 'darwin') return launchdManager(env)
  const name = platform === 'win32' ? 'Windows' : platform
  throw unavailable(`starting workers at boot is not supported on ${name} yet`)
}

/** Fails with `boot_unavailable` for a user who has none. */
function homeFolder(env: Environment): string {
  const folder = env.HOME || userFolder()
  if (folder === null) throw unavailable('this user has no home folder, where services would be described')
  return folder
}

function ownUserId(): string {
  return String(process.getuid?.())
}

function unavailable(message: string, cure?: string): RbeeError {
  const instead = 'let your own service manager start: rbee-hive run WORKER --supervise'
  return new RbeeError('boot_unavailable', message, { next: cure ? `${cure}; or ${instead}` : instead })
}

/** Source: systemctl(1), loginctl(1), systemd.unit(5) ("User Unit Search Path"). */
function systemdManager(env: Environment): ServiceManager {
  const config = env.XDG_CONFIG_HOME || join(homeFolder(env), '.config')
  const fileName = (name: string) => `rbee-${name}.service`
  const systemctl = (...args: string[]) => ask(env, 'systemctl', ['--user', ...args])
  const order = async (...args: string[]) => {
    const answer = await systemctl(...args)
    if (answer.code !== 0) throw failed(`systemctl --user ${args.join(' ')}`, answer)
  }
  return {
    folder: join(config, 'systemd', 'user'),
    fileName,
    describe: systemdUnit,
    async assertAvailable() {
      const answer = await systemctl('show', '--property=Version')
      if (answer.code === 0) return
      if (answer.code === null) throw unavailable('this system is not run by systemd')
      const said = printable(answer.output)
      const cure =
        'log in as this user itself (not with su or sudo), or run sudo loginctl enable-linger $USER'
      throw unavailable(`systemd has no session for this user: ${said}`, cure)
    },
    async enable(name, now) {
      await order('daemon-reload')
      await order('enable', ...(now ? ['--now'] : []), fileName(name))
    },
    async disable(name) {
      await order('disable', '--now', fileName(name))
    },
    async isActive(name) {
      const { code, output } = await systemctl('is-active', fileName(name))
      const state = output.trim()
      if (code === 0) return true
      return /^(inactive|failed|activating|deactivating|unknown)$/.test(state) ? state === 'activating' : null
    },
    async lateStart() {
      // By number: a user need not have a name.
      const { code, output } = await ask(env, 'loginctl', ['show-user', ownUserId(), '--property=Linger'])
      return code === 0 && output.trim() === 'Linger=yes'
        ? null
        : 'it starts when you log in and ends when you log out; to start with the machine run: loginctl enable-linger'
    },
  }
}

/** Source: launchctl(1), launchd.plist(5). Untested: it takes a Mac. */
function launchdManager(env: Environment): ServiceManager {
  const folder = join(homeFolder(env), 'Library', 'LaunchAgents')
  const fileName = (name: string) => `${agentLabel(name)}.plist`
  const domain = `gui/${ownUserId()}`
  const launchctl = (...args: string[]) => ask(env, '/bin/launchctl', args)
  return {
    folder,
    fileName,
    describe: launchdAgent,
    async assertAvailable() {
      const answer = await launchctl('print', domain)
      if (answer.code !== 0) throw unavailable('launchd has no session for this user', 'log in at the screen')
    },
    async enable(name, now) {
      if (!now) return
      const answer = await launchctl('bootstrap', domain, join(folder, fileName(name)))
      if (answer.code !== 0) throw failed('launchctl bootstrap', answer)
    },
    async disable(name) {
      // Fails for an agent that is not loaded, which is what is wanted.
      await launchctl('bootout', `${domain}/${agentLabel(name)}`)
    },
    async isActive(name) {
      const { code, output } = await launchctl('print', `${domain}/${agentLabel(name)}`)
      return code === 0 && /^\s*state = running$/m.test(output)
    },
    lateStart: async () => 'it starts when you log in',
  }
}

interface Answer {
  /** Null where there is no such program. */
  readonly code: number | null
  readonly output: string
}

function failed(what: string, { output }: Answer): RbeeError {
  return new RbeeError('boot_unavailable', `${what} failed: ${printable(output)}`, {
    next: 'see your system log',
  })
}

function ask(env: Environment, program: string, args: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { env: { ...env, LC_ALL: 'C' }, timeout: 90_000, maxBuffer: 2 ** 20 }
    execFile(program, [...args], options, (error, stdout, stderr) => {
      if (hasCode(error, 'ENOENT', 'EACCES')) resolve({ code: null, output: '' })
      else resolve({ code: error === null ? 0 : Number(error.code) || 1, output: `${stdout}${stderr}` })
    })
  })
}
