import { execFile } from 'node:child_process'
import { realpath } from 'node:fs/promises'
import { programOnPath } from '../find-on-path.ts'
import { filteredBwrap, isSystemPath, type Sandbox } from './sandbox.ts'
import { systemCallFilter } from './system-calls.ts'

/** What this machine has to build with. Paths of programs, or null. */
export interface MachineTools {
  readonly bash: string | null
  readonly git: string | null
  readonly makepkg: string | null
  /** Or in one sentence why there is none. */
  readonly sandbox: Sandbox | string
  /** pacman, where it is what packages of this system come with, so that it knows which are there. */
  readonly pacman: string | null
}

/** Looks for programs on the user's PATH, of which a build sees those of the system only. */
export async function findBuildTools(path: string | undefined): Promise<MachineTools> {
  const [bash, git, makepkg, pacman, bwrap] = await Promise.all(
    ['bash', 'git', 'makepkg', 'pacman', 'bwrap'].map((name) => findSystemProgram(name, path)),
  )
  const knowsItself = pacman != null && (await run(pacman, ['-Q', 'pacman'])).ok
  return {
    bash: bash ?? null,
    git: git ?? null,
    makepkg: makepkg ?? null,
    sandbox: await probeSandbox(bwrap ?? null, bash ?? null),
    pacman: knowsItself ? pacman : null,
  }
}

async function findSystemProgram(name: string, path: string | undefined): Promise<string | null> {
  const found = await programOnPath(name, path)
  if (found === null) return null
  const program = await realpath(found)
  return isSystemPath(program) ? program : null
}

/** Tries it: in containers, and where the system forbids user namespaces, it is there and does not work. */
async function probeSandbox(bwrap: string | null, bash: string | null): Promise<Sandbox | string> {
  if (process.platform !== 'linux') return 'there is no sandbox for builds on this system'
  if (bwrap === null) return 'bubblewrap is not installed (package bubblewrap)'
  if (bash === null) return 'bash is not installed'
  const filter = systemCallFilter(process.arch)
  if (filter === null) return `there is no sandbox for builds on ${process.arch} processors`
  const [program = '', ...start] = filteredBwrap(bash, bwrap, filter)
  const isolation = [
    ...start,
    '--unshare-user',
    '--unshare-pid',
    '--unshare-net',
    '--ro-bind',
    '/',
    '/',
    '--proc',
    '/proc',
  ]
  const attempt = await run(program, [...isolation, '--dev', '/dev', 'true'])
  if (!attempt.ok) return `bubblewrap does not work here: ${attempt.why}`
  const strict = await run(program, [...isolation, '--disable-userns', 'true'])
  return { bwrap: [program, ...start], disablesNamespaces: strict.ok }
}

function run(command: string, args: readonly string[]): Promise<{ ok: boolean; why: string }> {
  return new Promise((resolve) => {
    execFile(command, [...args], { timeout: 10_000, env: {} }, (error, _stdout, stderr) => {
      const [line = ''] = stderr.trim().split('\n')
      resolve({ ok: error === null, why: line.slice(0, 200) || (error?.message ?? '') })
    })
  })
}
