/** The files of a worker of the monorepo layout. */
export function monorepoWorker(folder: string, id: string, version = '1.0.0'): Record<string, string> {
  return {
    [`${folder}/worker.toml`]: manifestText(id),
    [`${folder}/Cargo.toml`]: `[package]\nname = "x"\nversion = "${version}"\n`,
  }
}

/** The files of a worker of the folder layout. */
export function folderWorker(folder: string, id: string, version = '1.0.0'): Record<string, string> {
  return {
    [`${folder}/worker.toml`]: manifestText(id),
    [`${folder}/PKGBUILD`]: [
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
  }
}

export function manifestText(id: string): string {
  return [
    '[worker]',
    `id = "${id}"`,
    'name = "A worker"',
    'description = "Does something"',
    'license = "MIT"',
    '[build]',
    'features = ["cpu", "cuda"]',
    '[platforms]',
    'linux = ["x86_64"]',
    '',
  ].join('\n')
}
