import { execFile } from 'node:child_process'
import { RbeeError } from '@rbee/schema'
import { missingDependencies } from '../system-dependencies.ts'
import type { BuildScript } from './build-script.ts'
import type { MachineTools } from './build-tools.ts'
import { BUILD_PATH } from './sandbox.ts'

/** What an author names as needed to build or to run, and whether it is here under that name. */
export interface BuildDependency {
  readonly name: string
  readonly present: boolean
}

/** Packages whose program is called otherwise; null is a library that every system has. */
const PROGRAM_OF_PACKAGE: ReadonlyMap<string, string | null> = new Map([
  ['rust', 'cargo'],
  ['nodejs', 'node'],
  ['python', 'python3'],
  ['python-pip', 'pip3'],
  ['base-devel', 'make'],
  ['glibc', null],
  ['gcc-libs', null],
])

/**
 * Each name once, in their order. Where packages are pacman's, it knows; elsewhere names are looked up as programs that a build
 * would see and as packages of the system, which an author of a PKGBUILD cannot know by name.
 *
 * Fails with `system_dependency_missing` where makepkg would, too.
 */
export async function checkDependencies(
  { makedepends, depends }: BuildScript,
  { pacman, makepkg }: MachineTools,
): Promise<readonly BuildDependency[]> {
  const names = [...new Set([...makedepends, ...depends])]
  const missing = new Set(pacman === null ? await missingHere(names) : await missingByPacman(pacman, names))
  if (pacman !== null && makepkg !== null && missing.size > 0) throw lacking([...missing])
  return names.map((name) => ({ name, present: !missing.has(name) }))
}

async function missingHere(names: readonly string[]): Promise<readonly string[]> {
  const programs = names.map((name) => {
    const bare = bareName(name)
    return { name, program: PROGRAM_OF_PACKAGE.has(bare) ? (PROGRAM_OF_PACKAGE.get(bare) ?? null) : bare }
  })
  const asked = programs.flatMap(({ program }) => (program === null ? [] : [program]))
  const missing = new Set(await missingDependencies(asked, BUILD_PATH))
  return programs.flatMap(({ name, program }) => (program !== null && missing.has(program) ? [name] : []))
}

/** `cargo>=1.70` → `cargo` */
function bareName(name: string): string {
  return name.replace(/[<>=:].*$/s, '')
}

/** `pacman -T` prints what is not met, with versions and provided names taken into account (pacman(8)). */
function missingByPacman(pacman: string, names: readonly string[]): Promise<readonly string[]> {
  if (names.length === 0) return Promise.resolve([])
  return new Promise((resolve) => {
    execFile(pacman, ['-T', '--', ...names], { timeout: 30_000, env: {} }, (_error, stdout) => {
      const printed = new Set(stdout.split('\n'))
      resolve(names.filter((name) => printed.has(name)))
    })
  })
}

function lacking(missing: readonly string[]): RbeeError {
  const names = missing.map(bareName).filter((name) => /^[A-Za-z0-9@_+][A-Za-z0-9@._+-]*$/.test(name))
  return new RbeeError(
    'system_dependency_missing',
    `the build needs ${missing.join(', ')}, which this system lacks`,
    {
      next: `run: sudo pacman -S --needed ${names.join(' ')}`,
      details: { missing },
    },
  )
}
