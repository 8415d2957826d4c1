import { describe, expect, it } from 'vitest'
import { archivePlace } from './archive-place.ts'

const KEYS = { RBEE_R2_ACCESS_KEY_ID: 'id', RBEE_R2_SECRET_ACCESS_KEY: 'hunter2' }
const URL_OF_BUCKET = 'https://account.r2.cloudflarestorage.com/rbee-workers'

describe('the bucket of a Worker as others reach it', () => {
  it('is known where all is said of it, or nothing', () => {
    expect(archivePlace({})).toBeNull()
    expect(archivePlace({ RBEE_R2_URL: URL_OF_BUCKET, ...KEYS })).toMatchObject({
      ...{ bucket: 'rbee-workers', prefix: '', region: 'auto', pathStyle: true },
      endpoint: new URL('https://account.r2.cloudflarestorage.com'),
    })
  })

  it.each([
    [KEYS, /^RBEE_R2_URL is missing/],
    [{ RBEE_R2_URL: URL_OF_BUCKET, RBEE_R2_ACCESS_KEY_ID: 'id' }, /^RBEE_R2_SECRET_ACCESS_KEY is missing/],
    [
      { RBEE_R2_URL: URL_OF_BUCKET, RBEE_R2_SECRET_ACCESS_KEY: 'hunter2' },
      /^RBEE_R2_ACCESS_KEY_ID is missing/,
    ],
    [{ ...KEYS, RBEE_R2_URL: 'account' }, /^RBEE_R2_URL is not the address/],
    [{ ...KEYS, RBEE_R2_URL: 'http://account.example/bucket' }, /^RBEE_R2_URL is not the address/],
    [{ ...KEYS, RBEE_R2_URL: 'https://account.example' }, /^RBEE_R2_URL is not the address/],
    [
      { ...KEYS, RBEE_R2_URL: 'https://id:hunter2@account.example/bucket' },
      /^RBEE_R2_URL is not the address/,
    ],
  ])('is no guess from half of it: %j', (variables, message) => {
    expect(() => archivePlace(variables)).toThrow(message)
    expect(() => archivePlace(variables)).not.toThrow('hunter2')
  })
})
