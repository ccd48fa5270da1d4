/** What is compared: the same upstream, bare and behind four doors. Each door's processes get the first core. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { portOpen, startOn } from './processes.ts'
import type { Tokens } from './tokens.ts'

export interface Door {
  name: 'direct' | 'nginx auth_request' | 'http-proxy + jwt' | 'gateway'
  url: string
  pids: number[]
  /** A file with one token a line, or none where nothing is checked. */
  tokens: string
  /** A token of the right form that opens nothing. */
  badToken: string | undefined
}

export interface Cores {
  door: string
  rest: string
}

const UPSTREAM = 18081
const NGINX = 18082
const VERIFIER = 18083
const HTTP_PROXY = 18084
export const GATEWAY = 18085
const BASELINES = new URL('baselines/', import.meta.url).pathname
const SERVER = new URL('../gateway/dist/server.js', import.meta.url).pathname

export async function openDoors(
  cores: Cores,
  tokens: Tokens,
  redisUrl: string,
  folder: string,
): Promise<Door[]> {
  const upstream = `http://127.0.0.1:${UPSTREAM}`
  const node = (core: string, file: string, environment: Record<string, string>) =>
    startOn(core, process.execPath, [file], { NODE_ENV: 'production', ...environment })
  const baseline = (core: string, file: string, port: number) =>
    node(core, `${BASELINES}${file}`, {
      PORT: String(port),
      PUBLIC_KEY: tokens.publicKey,
      UPSTREAM: upstream,
    })

  const direct = baseline(cores.rest, 'upstream.mjs', UPSTREAM)
  const verifier = baseline(cores.door, 'verifier.mjs', VERIFIER)
  const nginx = startOn(cores.door, 'nginx', ['-c', nginxConfig(folder), '-p', folder])
  const httpProxy = baseline(cores.door, 'http-proxy.mjs', HTTP_PROXY)
  const gateway = node(cores.door, SERVER, {
    PORT: String(GATEWAY),
    SECRET_KEY: 'a secret key of the bench nowhere else used',
    OIDC_ISSUER: 'http://localhost:9',
    OIDC_CLIENT_SECRET: 'not used here',
    REDIS_URL: redisUrl,
    MCP_UPSTREAM_URL: `${upstream}/mcp`,
    LOG_LEVEL: 'error',
  })
  await Promise.all([UPSTREAM, NGINX, VERIFIER, HTTP_PROXY, GATEWAY].map(portOpen))

  const at = (port: number) => `http://127.0.0.1:${port}/mcp`
  const badJwt = `${readFileSync(tokens.jwt, 'utf8').split('\n', 1)[0]?.slice(0, -8)}AAAAAAAA`
  const badToken = `bsg_at_${'A'.repeat(22)}.${'A'.repeat(43)}`
  const jwt = { tokens: tokens.jwt, badToken: badJwt }
  return [
    { name: 'direct', url: at(UPSTREAM), pids: [direct], tokens: tokens.jwt, badToken: undefined },
    { name: 'nginx auth_request', url: at(NGINX), pids: [nginx, verifier], ...jwt },
    { name: 'http-proxy + jwt', url: at(HTTP_PROXY), pids: [httpProxy], ...jwt },
    { name: 'gateway', url: at(GATEWAY), pids: [gateway], tokens: tokens.gateway, badToken },
  ]
}

function nginxConfig(folder: string): string {
  mkdirSync(`${folder}/nginx`, { recursive: true })
  const file = `${folder}/nginx.conf`
  writeFileSync(
    file,
    `worker_processes 1;
daemon off;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${folder}/nginx/body;
  proxy_temp_path ${folder}/nginx/proxy;
  fastcgi_temp_path ${folder}/nginx/fastcgi;
  uwsgi_temp_path ${folder}/nginx/uwsgi;
  scgi_temp_path ${folder}/nginx/scgi;
  keepalive_requests 1000000000;
  upstream mcp { server 127.0.0.1:${UPSTREAM}; keepalive 512; keepalive_requests 1000000000; }
  upstream verifier { server 127.0.0.1:${VERIFIER}; keepalive 512; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${NGINX};
    location = /mcp {
      auth_request /verify;
      proxy_pass http://mcp;
      proxy_http_version 1.1;
      proxy_set_header connection "";
      proxy_buffering off;
      proxy_request_buffering off;
    }
    location = /verify {
      internal;
      proxy_pass http://verifier;
      proxy_http_version 1.1;
      proxy_set_header connection "";
      proxy_pass_request_body off;
      proxy_set_header content-length "";
    }
  }
}
`,
  )
  return file
}
