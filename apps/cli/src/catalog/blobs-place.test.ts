import { describe, expect, it } from 'vitest'
import { blobsPlace, blobsSchema } from './blobs-place.ts'

const KEYS = { AWS_ACCESS_KEY_ID: 'AKTEST', AWS_SECRET_ACCESS_KEY: 'hunter2' }

function read(setting: string | undefined, env: Readonly<Record<string, string>> = {}) {
  const checked = setting === undefined ? undefined : blobsSchema.parse(setting)
  return blobsPlace(checked, { cwd: '/here', dataDir: '/here/data', env })
}
function bucketOf(setting: string, env: Readonly<Record<string, string>> = {}) {
  const place = read(setting, { ...KEYS, ...env })
  if (place.kind !== 'bucket') throw new Error('no bucket')
  return place.bucket
}

describe('folders', () => {
  it.each([
    [undefined, '/here/data'],
    ['file:blobs', '/here/blobs'],
    ['file:/srv/blobs', '/srv/blobs'],
    ['file:///srv/blobs', '/srv/blobs'],
  ])('of %s', (setting, folder) => {
    expect(read(setting)).toEqual({ kind: 'folder', folder })
  })

  it.each(['/srv/blobs', 'file:', 'file://srv/blobs', 'ftp://x', 's3:bucket', 's3://'])(
    'not of %s',
    (setting) => {
      expect(() => read(setting)).toThrow('must be file:DIR or s3://BUCKET[/PREFIX]')
    },
  )
})

describe('buckets', () => {
  it('of AWS are found by their region', () => {
    expect(bucketOf('s3://workers', { AWS_REGION: 'eu-central-1', AWS_SESSION_TOKEN: 'temporary' })).toEqual({
      bucket: 'workers',
      prefix: '',
      endpoint: new URL('https://s3.eu-central-1.amazonaws.com'),
      region: 'eu-central-1',
      pathStyle: false,
      credentials: { accessKeyId: 'AKTEST', secretAccessKey: 'hunter2', sessionToken: 'temporary' },
    })
  })

  it('of other stores by their address, as part of the path', () => {
    const env = { AWS_ENDPOINT_URL: 'http://store:9000', AWS_SESSION_TOKEN: '' }
    expect(bucketOf('s3://workers/catalog/main/', env)).toEqual({
      bucket: 'workers',
      prefix: 'catalog/main/',
      endpoint: new URL('http://store:9000'),
      region: 'us-east-1',
      pathStyle: true,
      credentials: { accessKeyId: 'AKTEST', secretAccessKey: 'hunter2' },
    })
  })

  it.each([
    [
      { AWS_ENDPOINT_URL_S3: 'https://s3.example', AWS_ENDPOINT_URL: 'https://all.example' },
      'https://s3.example/',
    ],
    [{ AWS_DEFAULT_REGION: 'eu-west-1' }, 'https://s3.eu-west-1.amazonaws.com/'],
    [{ AWS_DEFAULT_REGION: 'eu-west-1', AWS_REGION: 'eu-west-2' }, 'https://s3.eu-west-2.amazonaws.com/'],
  ])('with %j at %s', (env, address) => {
    expect(bucketOf('s3://workers', env).endpoint.href).toBe(address)
  })

  it.each([
    ['s3://workers', { AWS_REGION: 'eu-west-1', RBEE_S3_PATH_STYLE: 'true' }, true],
    ['s3://workers.example', { AWS_REGION: 'eu-west-1' }, true],
    ['s3://workers', { AWS_ENDPOINT_URL: 'https://store.example', RBEE_S3_PATH_STYLE: '0' }, false],
  ])('%s with %j has path style %s', (setting, env, pathStyle) => {
    expect(bucketOf(setting, env).pathStyle).toBe(pathStyle)
  })

  it.each<[string, Record<string, string>, RegExp]>([
    ['s3://workers', {}, /set AWS_ACCESS_KEY_ID/],
    ['s3://workers', { AWS_ACCESS_KEY_ID: 'AK', AWS_SECRET_ACCESS_KEY: '' }, /set AWS_SECRET_ACCESS_KEY/],
    ['s3://workers', KEYS, /AWS_REGION: set the region/],
    ['s3://workers', { ...KEYS, AWS_REGION: 'x/../y' }, /AWS_REGION: is no name of a region/],
    ['s3://workers', { ...KEYS, AWS_ENDPOINT_URL: 'ftp://x' }, /AWS_ENDPOINT_URL: must be an http/],
    ['s3://workers', { ...KEYS, AWS_ENDPOINT_URL: 'store' }, /AWS_ENDPOINT_URL: must be an http/],
    [
      's3://workers',
      { ...KEYS, AWS_ENDPOINT_URL: 'https://a:hunter2@x' },
      /AWS_ENDPOINT_URL: must be an address of/,
    ],
    [
      's3://workers',
      { ...KEYS, AWS_ENDPOINT_URL: 'https://x/workers' },
      /AWS_ENDPOINT_URL: must be an address of/,
    ],
    [
      's3://workers',
      { ...KEYS, AWS_REGION: 'a', RBEE_S3_PATH_STYLE: 'maybe' },
      /RBEE_S3_PATH_STYLE: must be true/,
    ],
    ['s3://W', KEYS, /followed by a bucket/],
    ['s3://evil.example#x', KEYS, /followed by a bucket/],
    ['s3://workers/a/../b', KEYS, /the prefix may hold/],
    ['s3://workers//a', KEYS, /the prefix may hold/],
  ])('refuses %s with %j, and does not repeat secrets', (setting, env, message) => {
    expect(() => read(setting, env)).toThrow(expect.objectContaining({ code: 'setting_invalid' }))
    expect(() => read(setting, env)).toThrow(message)
    expect(() => read(setting, env)).not.toThrow(/hunter2/)
  })
})
