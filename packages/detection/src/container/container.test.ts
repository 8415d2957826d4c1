import { describe, expect, it } from 'vitest'
import { aMachine } from '../replay/machine.ts'
import { detectContainer } from './container.ts'

describe('detectContainer', () => {
  it.each([
    [null, {}],
    [null, { files: { '/proc/1/cgroup': '0::/init.scope\n' } }],
    ['docker', { files: { '/.dockerenv': '' } }],
    ['docker', { files: { '/proc/1/cgroup': '12:pids:/docker/8f2c1b\n' } }],
    ['docker', { files: { '/proc/1/cgroup': '0::/system.slice/docker-8f2c1b.scope\n' } }],
    ['podman', { files: { '/run/.containerenv': 'engine="podman-4.3.1"\n' } }],
    ['podman', { files: { '/proc/1/cgroup': '0::/machine.slice/libpod-8f2c1b.scope\n' } }],
    ['kubernetes', { env: { KUBERNETES_SERVICE_HOST: '10.96.0.1' }, files: { '/.dockerenv': '' } }],
    [
      'kubernetes',
      { files: { '/proc/1/cgroup': '0::/kubepods.slice/kubepods-pod1.slice\n', '/.dockerenv': '' } },
    ],
    ['lxc', { env: { container: 'lxc' } }],
    ['lxc', { files: { '/run/systemd/container': 'lxc\n' } }],
    [null, { files: { '/run/systemd/container': 'systemd-nspawn\n' } }],
    [null, { platform: 'darwin', files: { '/.dockerenv': '' } }],
  ])('finds %s in %o', async (expected, machine) => {
    expect(await detectContainer(aMachine(machine))).toBe(expected)
  })
})
