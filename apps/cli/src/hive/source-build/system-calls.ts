/** A processor as Linux numbers its system calls (linux/audit.h, asm/unistd.h). */
interface Numbering {
  /** AUDIT_ARCH_… */
  readonly audit: number
  /** Calls from here on belong to another numbering of the same processor (x32); null where there is none. */
  readonly foreignFrom: number | null
  readonly socket: number
  readonly denied: readonly number[]
  readonly absent: readonly number[]
}

const NUMBERINGS: Readonly<Record<string, Numbering>> = {
  x64: {
    audit: 0xc000003e,
    foreignFrom: 0x40000000,
    socket: 41,
    // add_key, request_key, keyctl: keyrings of the user's session are inherited whatever namespaces there are.
    // bpf, perf_event_open, userfaultfd: no build needs them, and they open much of the kernel.
    denied: [248, 249, 250, 321, 298, 323],
    // io_uring opens sockets past this filter. memfd_create, memfd_secret, shmget: memory that no process is seen to have;
    // programs know kernels without them.
    absent: [425, 426, 427, 319, 447, 29],
  },
  arm64: {
    audit: 0xc00000b7,
    foreignFrom: null,
    socket: 198,
    denied: [217, 218, 219, 280, 241, 282],
    absent: [425, 426, 427, 279, 447, 194],
  },
}

/** AF_UNIX, AF_INET, AF_INET6, AF_NETLINK. Others leave the machine beside its network: AF_VSOCK reaches the host of a virtual one. */
const SOCKET_FAMILIES = [1, 2, 10, 16]

/** Instructions of BPF that a filter is made of (linux/bpf_common.h). */
const LOAD = 0x20
const JUMP_EQUAL = 0x15
const JUMP_AT_LEAST = 0x35
const RETURN = 0x06

/** Offsets in struct seccomp_data (seccomp(2)); of the first argument the lower half, on processors with the low byte first. */
const CALL = 0
const PROCESSOR = 4
const FIRST_ARGUMENT = 16

/** SECCOMP_RET_… */
const ALLOW = 0x7fff0000
const KILL = 0x80000000
const FAIL = 0x00050000
const EPERM = 1
const ENOSYS = 38
const EAFNOSUPPORT = 97

/**
 * The filter that bubblewrap hands to the kernel: system calls that lead out of a sandbox made of namespaces. Programs of
 * another processor's numbering are ended, because their calls would mean something else.
 *
 * @param arch as `process.arch` names it
 * @returns null where the numbers of its calls are not known here
 */
export function systemCallFilter(arch: string): Uint8Array | null {
  const numbering = NUMBERINGS[arch]
  if (numbering === undefined) return null
  const { audit, foreignFrom, socket, denied, absent } = numbering
  const families = SOCKET_FAMILIES.flatMap((family) => unless(JUMP_EQUAL, family, ALLOW))
  return assemble([
    [LOAD, 0, 0, PROCESSOR],
    [JUMP_EQUAL, 1, 0, audit],
    [RETURN, 0, 0, KILL],
    [LOAD, 0, 0, CALL],
    ...(foreignFrom === null ? [] : unless(JUMP_AT_LEAST, foreignFrom, KILL)),
    ...denied.flatMap((call) => unless(JUMP_EQUAL, call, FAIL | EPERM)),
    ...absent.flatMap((call) => unless(JUMP_EQUAL, call, FAIL | ENOSYS)),
    [JUMP_EQUAL, 1, 0, socket],
    [RETURN, 0, 0, ALLOW],
    [LOAD, 0, 0, FIRST_ARGUMENT],
    ...families,
    [RETURN, 0, 0, FAIL | EAFNOSUPPORT],
  ])
}

/** Code, how many to pass over when it holds and when it does not, operand: struct sock_filter. */
type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number]

/** Returns `outcome` where the comparison holds, else goes on. */
function unless(comparison: number, operand: number, outcome: number): Instruction[] {
  return [
    [comparison, 0, 1, operand],
    [RETURN, 0, 0, outcome],
  ]
}

function assemble(instructions: readonly Instruction[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(instructions.length * 8))
  instructions.forEach(([code, ifTrue, ifFalse, operand], index) => {
    view.setUint16(index * 8, code, true)
    view.setUint8(index * 8 + 2, ifTrue)
    view.setUint8(index * 8 + 3, ifFalse)
    view.setUint32(index * 8 + 4, operand >>> 0, true)
  })
  return new Uint8Array(view.buffer)
}
