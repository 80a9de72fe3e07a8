// Draws the line map of the empty list: Natural Earth's land (public domain, by way of world-atlas), projected,
// simplified and rounded into a few kilobytes of SVG path. Run by hand: `node scripts/line-map.mjs`.
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { feature } from "topojson-client";

const WIDTH = 640;
const HEIGHT = 300;
const TOLERANCE = 0.55;

const file = createRequire(import.meta.url).resolve("world-atlas/land-110m.json");
const atlas = JSON.parse(await readFile(file, "utf8"));
const land = feature(atlas, atlas.objects.land);

// The Natural Earth projection (Patterson, Šavrič, Jenny), as a polynomial of the latitude.
function project([lon, lat]) {
  const x = (lon * Math.PI) / 180;
  const y = (lat * Math.PI) / 180;
  const y2 = y * y;
  const y4 = y2 * y2;
  const px = x * (0.8707 - 0.131979 * y2 + y4 * (-0.013791 + y4 * (0.003971 * y2 - 0.001529 * y4)));
  const py = y * (1.007226 + y2 * (0.015085 + y4 * (-0.044475 + 0.028874 * y2 - 0.005916 * y4)));
  const scale = WIDTH / 5.55;
  return [WIDTH / 2 + px * scale, HEIGHT * 0.56 - py * scale];
}

// Douglas and Peucker: drops points that lie on the line anyway.
function simplify(points) {
  const [first, last] = [points[0], points[points.length - 1]];
  let far = 0;
  let at = 0;
  for (let i = 1; i < points.length - 1; i++) {
    const away = distance(points[i], first, last);
    if (away > far) [far, at] = [away, i];
  }
  if (far <= TOLERANCE) return [first, last];
  return [...simplify(points.slice(0, at + 1)).slice(0, -1), ...simplify(points.slice(at))];
}

function distance([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

function area(points) {
  let sum = 0;
  for (let i = 0; i < points.length - 1; i++) sum += points[i][0] * points[i + 1][1] - points[i + 1][0] * points[i][1];
  return Math.abs(sum / 2);
}

const short = (value) => String(Math.round(value * 10) / 10);

function path(points) {
  const half = Math.floor(points.length / 2);
  const line = [...simplify(points.slice(0, half + 1)).slice(0, -1), ...simplify(points.slice(half))];
  let [x, y] = line[0].map((value) => Math.round(value * 10) / 10);
  let d = `M${short(x)} ${short(y)}l`;
  const steps = [];
  for (const [nx, ny] of line.slice(1, -1)) {
    const [dx, dy] = [Math.round((nx - x) * 10) / 10, Math.round((ny - y) * 10) / 10];
    if (dx === 0 && dy === 0) continue;
    steps.push(`${short(dx)} ${short(dy)}`);
    x += dx;
    y += dy;
  }
  d += steps
    .join(" ")
    .replaceAll(" -", "-")
    .replaceAll(/(^|[ -])0\./g, "$1.");
  return `${d}z`;
}

// A coast that crosses the date line goes on beyond it instead of jumping across the map.
function unwrapped(ring) {
  let turn = 0;
  const out = ring.map(([lon, lat], at) => {
    const step = at ? lon - ring[at - 1][0] : 0;
    if (step > 180) turn -= 360;
    if (step < -180) turn += 360;
    return [lon + turn, lat];
  });
  const middle = out.reduce((sum, [lon]) => sum + lon, 0) / out.length;
  return middle < -180 ? out.map(([lon, lat]) => [lon + 360, lat]) : out;
}

const rings = land.features
  .flatMap((one) => (one.geometry.type === "Polygon" ? [one.geometry.coordinates] : one.geometry.coordinates))
  .map((polygon) => polygon[0])
  .filter((ring) => Math.max(...ring.map(([, lat]) => lat)) > -58)
  .map((ring) => unwrapped(ring).map(project))
  .filter((points) => area(points) > 4);

function graticule() {
  const lines = [];
  const draw = (points) =>
    lines.push(
      `M${points
        .map(project)
        .map((p) => p.map(short).join(" "))
        .join("L")}`,
    );
  for (let lon = -150; lon <= 150; lon += 30) draw(Array.from({ length: 15 }, (_, i) => [lon, -56 + i * 10]));
  for (let lat = -30; lat <= 60; lat += 30) draw(Array.from({ length: 25 }, (_, i) => [-180 + i * 15, lat]));
  return lines.join("");
}

const places = {
  madrid: [-3.7, 40.4],
  newYork: [-74, 40.7],
  saoPaulo: [-46.6, -23.5],
  nairobi: [36.8, -1.3],
  mumbai: [72.9, 19.1],
  tokyo: [139.7, 35.7],
  sydney: [151.2, -33.9],
};
const points = Object.values(places).map(project);
const [home, ...others] = points;
const arcs = others.map(([x, y]) => {
  const lift = Math.hypot(x - home[0], y - home[1]) * 0.22;
  return `M${home.map(short).join(" ")}Q${short((home[0] + x) / 2)} ${short((home[1] + y) / 2 - lift)} ${short(x)} ${short(y)}`;
});

const text = `// Made by scripts/line-map.mjs from Natural Earth (public domain). Not to be edited by hand.
export const size = { width: ${WIDTH}, height: ${HEIGHT} };
export const land =
  "${rings.map(path).join("")}";
export const graticule = "${graticule()}";
export const arcs = "${arcs.join("")}";
export const places: [number, number][] = ${JSON.stringify(points.map((p) => p.map((v) => Math.round(v * 10) / 10)))};
`;
await writeFile(new URL("../src/features/connections/line-map.ts", import.meta.url), text);
