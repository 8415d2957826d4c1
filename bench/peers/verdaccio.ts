import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../packages/testing/src/free-port.ts'
import { run } from '../processes.ts'
import type { MissingPeer, Peer, Stage } from './peer.ts'
import type { SampleFile } from './sample-file.ts'

const VERSION = '6.10.4'
const NAME = `verdaccio ${VERSION}`
const PACKAGE = 'sample'

/** Serves a package of one version, whose tarball is the sample file; the document is the package's metadata. */
export async function startVerdaccio(stage: Stage, file?: SampleFile): Promise<Peer | MissingPeer> {
  const program = installedProgram()
  if (program === null) return { name: NAME, note: 'it could not be installed from the npm registry' }
  const folder = join(stage.folder, 'verdaccio')
  await mkdir(folder)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const configuration = `
storage: ${folder}/storage
max_body_size: 300mb
auth: { htpasswd: { file: ${folder}/htpasswd } }
packages: { '**': { access: $all, publish: $all } }
log: { type: stdout, format: json, level: http }
`
  await writeFile(join(folder, 'config.yaml'), configuration)
  const args = [program, '--config', join(folder, 'config.yaml'), '--listen', `127.0.0.1:${port}`]
  await stage.start(process.execPath, args, `${url}/-/ping`)
  await publish(url, file ? await readFile(file.path) : Buffer.from('a small file'))
  return {
    name: NAME,
    document: `${url}/${PACKAGE}`,
    file: file ? `${url}/${PACKAGE}/-/${PACKAGE}-1.0.0.tgz` : '',
  }
}

/** Installs it into a folder of its own the first time; its dependency on node-fetch names a version that is gone. */
function installedProgram(): string | null {
  const folder = join(homedir(), '.cache', 'rbee-bench', `verdaccio-${VERSION}`)
  const program = join(folder, 'node_modules', 'verdaccio', 'bin', 'verdaccio')
  if (existsSync(program)) return program
  process.stderr.write(`installing ${NAME} into ${folder} …\n`)
  const description = JSON.stringify({
    private: true,
    dependencies: { verdaccio: VERSION },
    overrides: { 'node-fetch': '2.7.0' },
  })
  try {
    run('mkdir', ['-p', folder])
    run('sh', ['-c', 'printf %s "$2" > "$1/package.json"', 'sh', folder, description])
    run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts'])
  } catch (error) {
    process.stderr.write(`${String(error)}\n`)
    return null
  }
  return program
}

/** As npm publishes. */
async function publish(url: string, tarball: Buffer): Promise<void> {
  const name = `${PACKAGE}-1.0.0.tgz`
  const dist = {
    shasum: createHash('sha1').update(tarball).digest('hex'),
    integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    tarball: `${url}/${PACKAGE}/-/${name}`,
  }
  const response = await fetch(`${url}/${PACKAGE}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      _id: PACKAGE,
      name: PACKAGE,
      'dist-tags': { latest: '1.0.0' },
      versions: {
        '1.0.0': { name: PACKAGE, version: '1.0.0', description: 'a sample', license: 'Apache-2.0', dist },
      },
      _attachments: {
        [name]: {
          content_type: 'application/octet-stream',
          data: tarball.toString('base64'),
          length: tarball.length,
        },
      },
    }),
  })
  if (!response.ok)
    throw new Error(`verdaccio refused the package: ${response.status} ${await response.text()}`)
}
