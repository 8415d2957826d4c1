import { RbeeError } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { canGeneratePkgbuild, PKGBUILD_FORMATS, writePackageFile } from './driver.ts'
import type { PackageFileInput } from './package-file.ts'
import { aPackageInput, hostile, type SampleSettings } from './samples.ts'

const systemless = { build: { features: ['cpu'], default_feature: 'cpu' } }
const mac = { platforms: { macos: ['aarch64'] } } satisfies SampleSettings['manifest']
const git = (url: string | null) => ({ url, commit: 'a'.repeat(40), branch: 'main', path: '.' })

describe('canGeneratePkgbuild', () => {
  it.each<[boolean, SampleSettings]>([
    [true, {}],
    [true, { git: null, artifacts: { cpu: ['linux-x86_64'] } }],
    [true, { git: null, artifacts: { metal: ['macos-aarch64'], cuda: ['linux-aarch64'] } }],
    [true, { manifest: systemless, artifacts: { cpu: ['linux-x86_64'] } }],
    [true, { finalIds: true, manifest: { repository: 'https://git.example/own' } }],
    [true, { git: git('http://127.0.0.1:8080/w.git') }],
    [true, { git: git(null) }],
    [false, { git: null }],
    [false, { git: null, artifacts: { cpu: ['macos-aarch64', 'windows-x86_64'] } }],
    [false, { git: git('http://git.example/w.git') }],
    [false, { git: git('file:///w') }],
    [false, { finalIds: true }],
    [false, { manifest: systemless }],
    [false, { manifest: mac, artifacts: { metal: ['macos-aarch64'] } }],
    [false, { manifest: { build: { features: ['metal'], default_feature: 'metal', system: 'cargo' } } }],
  ])('is %s of %j, as writing it shows', (expected, settings) => {
    for (const input of [aPackageInput(settings), hostile(aPackageInput(settings))]) {
      expect(canGeneratePkgbuild(input)).toBe(isWritten(input))
    }
    expect(canGeneratePkgbuild(aPackageInput(settings))).toBe(expected)
  })

  it('is false of a quarantined release', () => {
    const { worker, release } = aPackageInput({ artifacts: { cpu: ['linux-x86_64'] } })
    const quarantined = { ...release, quarantined: 'malware' }
    expect(canGeneratePkgbuild({ worker, release: quarantined })).toBe(false)
    expect(isWritten({ worker, release: quarantined, variant: null, origin: 'http://localhost' })).toBe(false)
  })
})

/** Whether a server on this machine writes a PKGBUILD. */
function isWritten(input: PackageFileInput): boolean {
  return PKGBUILD_FORMATS.some((format) => {
    try {
      return (
        writePackageFile(format, { ...input, origin: 'http://localhost', servesSources: true }).text !== ''
      )
    } catch (error) {
      if (error instanceof RbeeError) return false
      throw error
    }
  })
}
