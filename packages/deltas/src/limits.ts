/**
 * Raw bytes of one segment's four streams together that close it. Larger ones compress better; applying holds one segment
 * in memory.
 */
export const SEGMENT_CLOSES_BYTES = 8 * 2 ** 20
/** Longest run of literals, or of bytes taken from the base, that one instruction states, in bytes. */
export const RUN_MAX_BYTES = 2 ** 20
/** Of one stream, raw: a segment before its last instruction, and that one at its largest. */
export const STREAM_MAX_BYTES = SEGMENT_CLOSES_BYTES + 4 * RUN_MAX_BYTES
/** Raw bytes of what is known of the executables. */
export const LAYOUT_MAX_BYTES = 16 * 2 ** 20
export const HEADER_MAX_BYTES = 4096
/** Window of every compressed stream: what all decoders support (RFC 8878, 3.1.1.1.2). */
export const WINDOW_LOG = 23
/** Bytes of an executable's section that are rebased at a time: whole symbols (24 bytes) and whole words (8 bytes). */
export const BLOCK_BYTES = 48 * 1024
/** Blocks that applying keeps: 30 MiB. With 24, workerd's would be read and rebased twice each. */
export const BLOCKS_KEPT = 640
/**
 * How often a patch may make every block be read again, on the average. Made patches stay below 3; a hostile one could
 * jump to and fro without end.
 */
export const BLOCK_READS_MAX = 16
