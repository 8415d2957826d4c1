import type { BuildPlan, BuildTools, CommandBuild } from '../build-plan.ts'
import { bashBodyWord, bashCommand } from '../languages/bash.ts'
import type { PackageSubject } from '../package-file.ts'
import type { GitSource } from '../source.ts'
import { archDependencies } from './dependencies.ts'
import { repositoryFolder, workerFolder } from './git-source.ts'
import { launcherLines, payloadFolder } from './layout.ts'

const MAKE_DEPENDENCIES: Readonly<Record<BuildTools, readonly string[]>> = {
  cargo: ['cargo'],
  npm: ['nodejs', 'npm'],
  pip: ['python', 'python-pip'],
  cmake: ['cmake'],
  make: [],
}

/** What the program needs that its build system leaves to the system. */
const RUN_DEPENDENCIES: Readonly<Record<BuildTools, readonly string[]>> = {
  cargo: ['gcc-libs'],
  npm: ['nodejs'],
  pip: ['python'],
  cmake: ['gcc-libs'],
  make: ['gcc-libs'],
}

export function makeDependencies(plan: BuildPlan): string[] {
  return ['git', ...MAKE_DEPENDENCIES[toolsOf(plan)]]
}

export function runDependencies(subject: PackageSubject, plan: BuildPlan): string[] {
  return [...new Set([...RUN_DEPENDENCIES[toolsOf(plan)], ...archDependencies(subject).depends])]
}

function toolsOf(plan: BuildPlan): BuildTools {
  return plan.kind === 'cargo' ? 'cargo' : plan.tools
}

/** Fetches, in the worker's folder, what the build needs besides its source. */
export function fetchLines(subject: PackageSubject, source: GitSource, plan: BuildPlan): string[] {
  switch (toolsOf(plan)) {
    case 'cargo':
      return ['cargo fetch']
    case 'npm':
      return [
        'if [ -f package-lock.json ]; then',
        '  npm ci --no-audit --no-fund --cache "$srcdir/npm-cache"',
        `elif [ -f pnpm-lock.yaml ] || [ -f ${repositoryFolder(subject, source)}/pnpm-lock.yaml ]; then`,
        '  npx --yes --cache "$srcdir/npm-cache" pnpm install --frozen-lockfile',
        'elif [ -f package.json ]; then',
        '  npm install --no-audit --no-fund --cache "$srcdir/npm-cache"',
        'fi',
      ]
    case 'pip':
    case 'cmake':
    case 'make':
      return []
  }
}

/** Builds, in the worker's folder, as `rbee-publish` does: the same command, variables and folders. */
export function buildLines(
  subject: PackageSubject,
  source: GitSource,
  plan: BuildPlan,
  { offline }: { readonly offline: boolean },
): string[] {
  if (plan.kind === 'cargo') return cargoLines(plan.feature, offline ? ' --offline' : '')
  const { release, variant } = subject
  return [
    ...(plan.output === null ? ['mkdir -p "$srcdir/output"'] : []),
    `export RBEE_VARIANT=${variant.name} RBEE_VERSION=${release.version} RBEE_PLATFORM="linux-$(uname -m)"`,
    `export RBEE_OUTPUT=${outputFolder(subject, source, plan)}`,
    bashCommand(plan.command),
  ]
}

/** A manifest may call variants by names that its Cargo.toml has no features for: then the build is the plain one. */
function cargoLines(feature: string, offline: string): string[] {
  const build = `cargo build --release${offline} --target-dir "$srcdir/target"`
  return [
    `if sed -n '/^\\[features\\]/,/^\\[/p' Cargo.toml | grep -Eq '^[[:space:]]*"?${feature}"?[[:space:]]*='; then`,
    `  ${build} --no-default-features --features ${feature}`,
    'else',
    `  ${build}`,
    'fi',
  ]
}

/** The program that cargo leaves. */
export function cargoProgram({ release }: PackageSubject): string {
  return `"$srcdir/target/release/${release.binary_name}"`
}

/** The folder that a command fills, as a word of bash. */
export function outputFolder(subject: PackageSubject, source: GitSource, { output }: CommandBuild): string {
  if (output === null) return '"$srcdir/output"'
  const parts = output.split('{platform}').map((part) => (part === '' ? '' : bashBodyWord(part)))
  return `${workerFolder(subject, source)}/${parts.join('"linux-$(uname -m)"')}`
}

/** package(): the program, or everything that a command made, and the licence. */
export function payloadLines(subject: PackageSubject, source: GitSource, plan: BuildPlan): string[] {
  if (plan.kind === 'cargo') {
    const program = `"$pkgdir/usr/bin/${subject.release.binary_name}"`
    return [`install -Dm755 ${cargoProgram(subject)} ${program}`, ...licenceLines(subject, source)]
  }
  const folder = `"$pkgdir${payloadFolder(subject)}"`
  return [
    `install -d ${folder}`,
    `cp -a ${outputFolder(subject, source, plan)}/. ${folder}`,
    ...launcherLines(subject),
    ...licenceLines(subject, source),
  ]
}

/** The licences of the repository, and over them those of the worker's own folder. */
export function licenceLines(subject: PackageSubject, source: GitSource): string[] {
  const folders = [...new Set([repositoryFolder(subject, source), workerFolder(subject, source)])]
  return folders.map(
    (folder) =>
      `find ${folder} -maxdepth 1 -type f '(' -name 'LICEN[CS]E*' -o -name 'COPYING*' ')' -exec install -Dm644 -t "$pkgdir/usr/share/licenses/$pkgname" '{}' ';'`,
  )
}
