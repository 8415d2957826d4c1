import { execFileSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { aCatalogEntry, aManifest } from '@rbee/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOST_ARCH, HOST_OS, startCatalog, type TestCatalog } from '../e2e/catalog.ts'
import { aMachine, type Machine } from '../e2e/machine.ts'

/** A worker of a folder with a PKGBUILD of its own, and nothing published. */
function aSourceWorker(id: string, pkgbuild: string, version = '1.0.0') {
  return aCatalogEntry({
    manifest: aManifest({
      id,
      name: id,
      binary_name: id,
      platforms: { [HOST_OS]: [HOST_ARCH] },
      selftest: { command: [`bin/${id}`, '--self-test'], timeout_seconds: 20 },
    }),
    version,
    source: 'community',
    layout: 'folder',
    git: { url: null, commit: null, branch: null, path: id },
    pkgbuild,
    readme: null,
  })
}

const SIMPLE = `pkgname=simple-worker
pkgver=1.0.0
pkgrel=1
arch=(x86_64 aarch64)
build() {
  printf '#!/bin/sh\\necho built by %s\\n' "$(id -u)" > simple-worker
}
package() {
  install -Dm755 simple-worker "$pkgdir/usr/bin/simple-worker"
}
`

describe('install --from source', { timeout: 60_000 }, () => {
  let catalog: TestCatalog
  let machine: Machine
  beforeAll(async () => {
    catalog = await startCatalog()
    await catalog.describe([aSourceWorker('simple-worker', SIMPLE)])
    machine = await aMachine(catalog.url)
  })
  afterAll(async () => {
    await machine[Symbol.asyncDispose]()
    await catalog[Symbol.asyncDispose]()
  })

  it('builds and installs', async () => {
    const result = await machine.hive('install', 'simple-worker', '--from', 'source', '--yes')
    expect(result).toMatchObject({ code: 0 })
    expect(await readdir(join(machine.home, 'source-builds'))).toEqual([])
  })
})
