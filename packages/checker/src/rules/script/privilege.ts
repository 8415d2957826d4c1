import type { Problem, Rule } from '../../rule.ts'
import type { Call } from '../../script/calls.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { inDeeds } from '../../worker/script-problems.ts'

const BECOMING: ReadonlySet<string> = new Set([
  'sudo',
  'su',
  'doas',
  'pkexec',
  'run0',
  'runuser',
  'gosu',
  'sudoedit',
  'sg',
  'newgrp',
  'setpriv',
  'capsh',
  'machinectl',
  'unshare',
])
/** Programs that change the machine, or take part in it that a build has none in. */
const CHANGING: ReadonlySet<string> = new Set([
  'apt',
  'dconf',
  'defaults',
  'gsettings',
  'kwriteconfig5',
  'osascript',
  'wall',
  'apt-get',
  'aptitude',
  'brew',
  'chroot',
  'arch-chroot',
  'chsh',
  'debugfs',
  'depmod',
  'dnf',
  'docker',
  'dpkg',
  'flatpak',
  'groupadd',
  'groupmod',
  'insmod',
  'ip',
  'iptables',
  'kexec',
  'kill',
  'killall',
  'losetup',
  'modprobe',
  'mount',
  'nft',
  'nsenter',
  'pacman-key',
  'passwd',
  'chpasswd',
  'pkill',
  'podman',
  'reboot',
  'rmmod',
  'rpm',
  'shutdown',
  'snap',
  'swapon',
  'sysctl',
  'umount',
  'useradd',
  'userdel',
  'usermod',
  'visudo',
  'yay',
  'paru',
  'yum',
  'zypper',
  'ptrace',
  'makepkg',
  'nixos-rebuild',
  'keyctl',
  'busctl',
  'gdbserver',
])

/** A build runs as an ordinary user, and has nothing to change outside of its folders. */
export const privilege: Rule<CheckedWorker> = {
  id: 'privilege',
  severity: 'error',
  summary: 'no script asks for more rights or changes the machine',
  check: (worker): readonly Problem[] =>
    inDeeds(worker, ({ calls, functions }) =>
      calls.flatMap((call) => {
        if (functions.has(call.path)) return []
        const program = programOf(call)
        return program === null
          ? []
          : [
              {
                line: call.place.line,
                reason: `${program} takes rights, or changes the machine`,
                cure: 'leave it out: name what the build needs in makedepends',
              },
            ]
      }),
    ),
}

function programOf({ program, args, wrappers }: Call): string | null {
  const outer = wrappers.find((name) => BECOMING.has(name))
  if (outer !== undefined) return outer
  if (program === null) return null
  if (BECOMING.has(program) || CHANGING.has(program) || /^mkfs\b/.test(program)) return program
  if (program === 'pacman')
    return args.some(
      (word) => /^-[A-Za-z]*[SURD]/.test(word) || /^--(?:sync|upgrade|remove|database)/.test(word),
    )
      ? program
      : null
  return null
}
