/**
 * What QuPath 0.6 asks of a GeoJSON file, written from its readers' rules (DESIGN §6, PEERS-PATHOLOGY §4): each fault
 * is something on which it throws, or that it silently drops.
 */
export function qupathFaults(text: string): string[] {
  const faults: string[] = [];
  const value = JSON.parse(text) as unknown;
  if (!isObject(value) || value.type !== "FeatureCollection" || !Array.isArray(value.features)) {
    return ["not a FeatureCollection"];
  }
  value.features.forEach((feature: unknown, i: number) => {
    featureFaults(feature, (fault) => faults.push(`features[${i}]: ${fault}`));
  });
  return faults;
}

type Say = (fault: string) => void;
type Plain = Record<string, unknown>;

const isObject = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `obj.get("x").getAsString()` throws on null. */
function noNulls(value: Plain, where: string, say: Say): void {
  for (const [key, member] of Object.entries(value)) if (member === null) say(`${where}.${key} is null`);
}

function featureFaults(feature: unknown, say: Say): void {
  if (!isObject(feature) || feature.type !== "Feature") {
    say("not a Feature");
    return;
  }
  noNulls(feature, "feature", say);
  if (Object.hasOwn(feature, "id") && typeof feature.id !== "string") say("id is no string");
  geometryFaults(feature.geometry, say);
  if (Object.hasOwn(feature, "nucleusGeometry")) geometryFaults(feature.nucleusGeometry, say);
  if (!isObject(feature.properties)) {
    say("no properties");
    return;
  }
  const properties = feature.properties;
  noNulls(properties, "properties", say);
  if (typeof properties.objectType !== "string") say("no objectType");
  if (Object.hasOwn(properties, "name") && typeof properties.name !== "string") say("name is no string");
  if (Object.hasOwn(properties, "isLocked") && typeof properties.isLocked !== "boolean")
    say("isLocked is no boolean");
  if (Object.hasOwn(properties, "color") && !isColor(properties.color, 3)) say("color is no [r, g, b]");
  if (Object.hasOwn(properties, "classification")) classFaults(properties.classification, say);
  const { measurements, metadata } = properties;
  if (measurements !== undefined) {
    if (!isObject(measurements)) say("measurements are no object");
    else
      for (const [name, number] of Object.entries(measurements)) {
        const isNumber = typeof number === "number" || /^(NaN|-?Infinity)$/.test(String(number));
        if (!isNumber) say(`measurement ${name} is no number`);
      }
  }
  if (metadata !== undefined) {
    if (!isObject(metadata)) say("metadata are no object");
    else
      for (const [key, text] of Object.entries(metadata))
        if (typeof text !== "string") say(`metadata ${key} are no text`);
  }
}

function classFaults(value: unknown, say: Say): void {
  if (typeof value === "string") {
    if (value === "") say("an empty class");
    return;
  }
  if (!isObject(value)) {
    say("a class that is neither text nor object");
    return;
  }
  const { name, names } = value;
  const isNamed =
    (typeof name === "string" && name !== "") ||
    (Array.isArray(names) && names.length > 0 && names.every((one) => typeof one === "string" && one !== ""));
  if (!isNamed) say("a class without a name");
  if (!isColor(value.color, 3) && !isColor(value.color, 4)) say("a class without a colour: QuPath throws");
}

function isColor(value: unknown, length: number): boolean {
  return (
    Array.isArray(value) &&
    value.length === length &&
    value.every((part) => Number.isInteger(part) && part >= 0 && part <= 255)
  );
}

function geometryFaults(value: unknown, say: Say): void {
  if (!isObject(value)) {
    say("no geometry");
    return;
  }
  noNulls(value, "geometry", say);
  const at = value.coordinates;
  const list = (one: unknown): unknown[] => {
    if (Array.isArray(one)) return one;
    say("coordinates are no list");
    return [];
  };
  const position = (one: unknown): void => {
    const isPosition =
      Array.isArray(one) && one.length === 2 && one.every((n) => typeof n === "number" && Number.isFinite(n));
    if (!isPosition) say("a position that is not two finite numbers");
  };
  const line = (one: unknown): void => {
    if (list(one).length < 2) say("a line of fewer than two positions");
    for (const place of list(one)) position(place);
  };
  const polygon = (one: unknown): void => {
    if (list(one).length === 0) say("a polygon without rings");
    for (const ring of list(one)) {
      const places = list(ring);
      if (places.length < 4) say("a ring of fewer than four positions: JTS throws");
      if (JSON.stringify(places[0]) !== JSON.stringify(places.at(-1)))
        say("a ring that is not closed: JTS throws");
      for (const place of places) position(place);
    }
  };
  if (Object.hasOwn(value, "isEllipse") && (value.isEllipse !== true || value.type !== "Polygon")) {
    say("isEllipse on something else than a polygon");
  }
  switch (value.type) {
    case "Point":
      position(at);
      return;
    case "MultiPoint":
      for (const one of list(at)) position(one);
      return;
    case "LineString":
      line(at);
      return;
    case "MultiLineString":
      for (const one of list(at)) line(one);
      return;
    case "Polygon":
      polygon(at);
      return;
    case "MultiPolygon":
      if (list(at).length < 2) say("a MultiPolygon of one part");
      for (const one of list(at)) polygon(one);
      return;
    default:
      say(`a geometry of type ${String(value.type)}`);
  }
}
