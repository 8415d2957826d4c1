import { expect, it } from 'vitest'
import { workerEnvironment } from './worker-environment.ts'

it('withholds secrets from workers, and where the lease of another one lies', () => {
  const secrets = {
    ...{ RBEE_TOKEN: 'x', RBEE_LICENSE_TOKEN: 'x', RBEE_LICENSE_KEY: 'x', RBEE_LICENSE_LEASE_FILE: 'x' },
    ...{ RBEE_LICENSE_FINGERPRINT: 'x', RBEE_LICENSE_STATE_FILE: 'x', npm_config_x: 'x' },
  }
  expect(workerEnvironment({ PATH: '/bin', HOME: '/home', ...secrets })).toEqual({
    PATH: '/bin',
    HOME: '/home',
  })
})
