import { TemporaryFolder } from '@rbee/testing'

/** The files at the root of a worker's branch. */
export function branchWorker(
  id: string,
  version: string,
  overrides: Readonly<Record<string, unknown>> = {},
): Record<string, string> {
  return {
    'metadata.json': `${JSON.stringify({ ...METADATA, id, version, ...overrides }, null, 2)}\n`,
    PKGBUILD: [
      `pkgname=${id}`,
      `pkgver=${version.replaceAll('-', '_')}`,
      'pkgrel=1',
      "arch=('x86_64')",
      'source=("git+https://example.com/x.git#tag=v$pkgver")',
      "sha256sums=('SKIP')",
      'build() {\n  make\n}',
      'package() {\n  make install\n}',
      '',
    ].join('\n'),
    'README.md': `# ${id} ${version}\n`,
  }
}

const METADATA = {
  name: 'A worker',
  description: 'Does something',
  license: 'MIT',
  author: 'Ada Example',
  homepage: 'https://example.com',
  distribution: { type: 'hybrid', source_available: true, binary_available: true, requires_license: false },
  platforms: [
    { os: 'linux', arch: 'x86_64', binary_size: '45MB', checksum: `sha256:${'a'.repeat(64)}` },
    { os: 'macos', arch: 'aarch64' },
  ],
  dependencies: { system: ['libgomp.so.1'], runtime: [] },
  features: ['cpu'],
  tags: ['llm'],
}

/** A repository for a branch per worker; `main` is checked out and holds a README alone. */
export async function branchCatalog(): Promise<TemporaryFolder> {
  const folder = await TemporaryFolder.create()
  await folder.init()
  await folder.write({ 'README.md': '# Catalog\n' })
  await folder.commit()
  return folder
}

/** Adds a branch with a history of its own, one commit for each state of its files. @returns the commits. */
export async function addBranch(
  folder: TemporaryFolder,
  name: string,
  ...states: readonly Readonly<Record<string, string>>[]
): Promise<string[]> {
  const commits: string[] = []
  await folder.git(['checkout', '-q', '--orphan', 'unborn'])
  for (const files of states) {
    await folder.git(['rm', '-rqf', '--ignore-unmatch', '.'])
    await folder.write(files)
    commits.push(await folder.commit())
  }
  await folder.git(['checkout', '-q', '-f', 'main'])
  // Some names are no arguments of `git checkout`, and names of branches all the same.
  await folder.git(['update-ref', `refs/heads/${name}`, commits.at(-1) ?? ''])
  await folder.git(['branch', '-qD', 'unborn'])
  return commits
}

/** Writes catalog.json on `main`. */
export async function writeIndex(
  folder: TemporaryFolder,
  workers: readonly unknown[],
  rest: Readonly<Record<string, unknown>> = { version: '1.0' },
): Promise<void> {
  await folder.write({ 'catalog.json': `${JSON.stringify({ ...rest, workers }, null, 2)}\n` })
  await folder.commit()
}
