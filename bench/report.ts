/** From raw rounds to the table of bench/README.md: medians, and ratios within a round. */
import type { Door } from './doors.ts'
import type { EventTimes } from './first-event.ts'
import type { Measured } from './load.ts'
import type { Refusals } from './proof.ts'

export interface Results {
  date: string
  machine: { cpu: string; cores: number; node: string; nginx: string }
  rounds: Measured[]
  events: { door: Door['name']; times: EventTimes[] }[]
  /** MB. */
  memory: { door: Door['name']; idle: number; loaded: number; calls: number }[]
  proof: {
    refusals: Record<string, Refusals>
    storeReads: number
    gatewayCalls: number
    revocationSeenAfter: number
  }
}

export function table({ rounds, events, memory, proof }: Results): string {
  const doors = memory.map(({ door }) => door)
  const connections = [...new Set(rounds.map((round) => round.connections))]
  const of = (door: string, count: number) =>
    rounds.filter((round) => round.door === door && round.connections === count)
  const rows: string[][] = [
    ['', ...doors],
    ['---', ...doors.map(() => '---:')],
  ]
  for (const count of connections) {
    const direct = of('direct', count)
    rows.push(
      [
        `CPU a call at ${count}, µs`,
        ...doors.map((door) => median(of(door, count), 'cpu').toFixed(1)),
      ],
      [
        `calls a second at ${count}, of direct`,
        ...doors.map((door) => {
          const ratios = of(door, count).map((round, n) => rate(round) / rate(direct[n] ?? round))
          return `×${middle(ratios).toFixed(2)}`
        }),
      ],
      [
        `p50 / p99 at ${count}, ms`,
        ...doors.map(
          (door) =>
            `${median(of(door, count), 'p50').toFixed(2)} / ${median(of(door, count), 'p99').toFixed(2)}`,
        ),
      ],
    )
  }
  const first = doors.map((door) =>
    middle(
      events
        .filter((each) => each.door === door)
        .flatMap(({ times }) => times.map((time) => time.first)),
    ),
  )
  rows.push(
    ['first event of a stream, ms', ...first.map((time) => time.toFixed(2))],
    ['memory idle → loaded, MB', ...memory.map(({ idle, loaded }) => `${idle} → ${loaded}`)],
    ['calls in that load', ...memory.map(({ calls }) => String(calls))],
    [
      'bad tokens refused during the load',
      ...doors.map((door) => {
        const counted = proof.refusals[door]
        return counted ? `${counted.refused} of ${counted.asked}` : 'no check'
      }),
    ],
  )
  const cpu = (door: string, count: number) => median(of(door, count), 'cpu')
  const ratios = connections.map(
    (count) =>
      `${(cpu('gateway', count) / cpu('nginx auth_request', count)).toFixed(2)} at ${count}`,
  )
  return [
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    `- Gateway to nginx auth_request, CPU a call: ${ratios.join(', ')}.`,
    `- First event: the gateway adds ${((first.at(-1) ?? 0) - (first[0] ?? 0)).toFixed(2)} ms to the upstream's.`,
    `- The gateway read its store ${proof.storeReads} times in ${proof.gatewayCalls} calls, and a revocation in the middle of the load was seen after ${proof.revocationSeenAfter.toFixed(0)} ms.`,
    '',
  ].join('\n')
}

function median(rounds: Measured[], field: 'cpu' | 'p50' | 'p99'): number {
  return middle(rounds.map((round) => round[field]))
}

function middle(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function rate({ requests, seconds }: Measured): number {
  return requests / seconds
}
