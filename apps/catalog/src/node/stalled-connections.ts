import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** How long a connection may stand still while the server waits for its client. */
const STALLED_MS = 120_000

/**
 * Ends connections whose client neither sends what it announced nor takes what it asked for. A client that waits for
 * the server is left alone, however long that takes: checking a large upload keeps its connection silent.
 *
 * @param latestAnswer the answer that a connection is busy with or ended last.
 */
export function endStalledConnections(
  server: Server,
  latestAnswer: (socket: Socket) => ServerResponse | undefined,
  stalledMs = STALLED_MS,
): void {
  server.setTimeout(stalledMs, (socket: Socket) => {
    const answer = latestAnswer(socket)
    if (answer === undefined || !waitsForServer(answer)) socket.destroy()
  })
}

function waitsForServer({ req, writableEnded, writableLength }: ServerResponse): boolean {
  return req.complete && !writableEnded && writableLength === 0
}
