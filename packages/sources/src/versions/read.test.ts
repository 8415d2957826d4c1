import { describe, expect, it } from 'vitest'
import { FolderFindings } from '../findings.ts'
import { memoryTree } from '../testing/memory-tree.ts'
import { readVersion, VERSION_FILES } from './read.ts'

/** The version of `crates/x`, or `code file:line` of the finding. */
async function versionOf(files: Record<string, string>) {
  const findings = new FolderFindings('crates/x')
  const system = VERSION_FILES.find(({ file }) => `crates/x/${file}` in files)?.system ?? 'cargo'
  const stated = await readVersion(memoryTree(files), 'crates/x', system, findings)
  const [finding] = findings.list()
  return stated?.version ?? `${finding?.code} ${finding?.file}:${finding?.line}`
}

const INHERITING = { 'crates/x/Cargo.toml': '[package]\nname = "x"\nversion.workspace = true\n' }

describe('readVersion', () => {
  it.each([
    ['a Cargo.toml', { 'crates/x/Cargo.toml': '[package]\nversion = "1.2.3"\n' }, '1.2.3'],
    [
      'an inline workspace version',
      { ...INHERITING, 'Cargo.toml': '[workspace.package]\nversion = "2.0.0"\n' },
      '2.0.0',
    ],
    [
      'the nearest workspace',
      {
        'crates/x/Cargo.toml': '[package]\nversion = { workspace = true }\n',
        'crates/Cargo.toml': '[workspace]\n[workspace.package]\nversion = "3.0.0"\n',
        'Cargo.toml': '[workspace.package]\nversion = "2.0.0"\n',
      },
      '3.0.0',
    ],
    [
      'a crate between that is no workspace',
      {
        ...INHERITING,
        'crates/Cargo.toml': '[package]\nversion = "9.0.0"\n',
        'Cargo.toml': '[workspace.package]\nversion = "2.0.0"\n',
      },
      '2.0.0',
    ],
    [
      'a crate that is its own workspace',
      {
        'crates/x/Cargo.toml':
          '[package]\nversion.workspace = true\n[workspace.package]\nversion = "4.0.0"\n',
      },
      '4.0.0',
    ],
    [
      'a package.json',
      { 'crates/x/package.json': '\ufeff{"name": "x", "version": "1.0.0-rc.1"}' },
      '1.0.0-rc.1',
    ],
    ['a pyproject.toml', { 'crates/x/pyproject.toml': '[project]\nversion = "0.1.0"\n' }, '0.1.0'],
    ['Poetry', { 'crates/x/pyproject.toml': '[tool.poetry]\nversion = "0.2.0"\n' }, '0.2.0'],
  ])('reads it from %s', async (_name, files, version) => {
    expect(await versionOf(files)).toBe(version)
  })

  it.each([
    ['no workspace around', INHERITING, 'version_missing Cargo.toml:3'],
    [
      'a workspace without version',
      { ...INHERITING, 'Cargo.toml': '[workspace]\n' },
      'version_missing Cargo.toml:3',
    ],
    [
      'a crate without version',
      { 'crates/x/Cargo.toml': '[package]\nname = "x"\n' },
      'version_missing Cargo.toml:1',
    ],
    ['a virtual workspace', { 'crates/x/Cargo.toml': '[workspace]\n' }, 'version_missing Cargo.toml:null'],
    ['broken TOML', { 'crates/x/Cargo.toml': '[package]\nversion = \n' }, 'version_missing Cargo.toml:2'],
    [
      'a version of two numbers',
      { 'crates/x/Cargo.toml': '[package]\nversion = "1.2"\n' },
      'invalid_version Cargo.toml:2',
    ],
    ['a leading v', { 'crates/x/package.json': '{\n"version": "v1.2.0"}' }, 'invalid_version package.json:2'],
    ['no version', { 'crates/x/package.json': '{}' }, 'version_missing package.json:null'],
    ['a number', { 'crates/x/package.json': '{"version": 1}' }, 'version_missing package.json:1'],
    ['a list', { 'crates/x/package.json': '[]' }, 'version_missing package.json:null'],
    ['broken JSON', { 'crates/x/package.json': '{' }, 'version_missing package.json:null'],
    [
      'a dynamic version',
      { 'crates/x/pyproject.toml': '[project]\nname = "x"\ndynamic = ["version"]\n' },
      'version_missing pyproject.toml:3',
    ],
    [
      'a local version',
      { 'crates/x/pyproject.toml': '[project]\nversion = "1.0rc1"\n' },
      'invalid_version pyproject.toml:2',
    ],
  ])('refuses %s', async (_name, files, finding) => {
    expect(await versionOf(files)).toBe(finding)
  })
})
