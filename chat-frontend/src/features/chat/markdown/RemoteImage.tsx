/** An image from elsewhere: a button that names its host until the reader asks for it, then the image in a frame of its own. */
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Image as ImageIcon } from "@/components/icons";
import { destinationOf, placeOf } from "./destination";
import { ExternalLink } from "./ExternalLink";
import classes from "./RemoteImage.module.css";

// public/remote-image.html alone may load images from elsewhere; the policy of this page keeps refusing them.
const FRAME = "/remote-image.html";
const HIGHEST_PX = 480;

/** What was asked for stays so when the message is scrolled out of the page and back. */
const asked = new Set<string>();

interface Size {
  width: number;
  height: number;
}

/** Only what the frame of this very image says counts. */
function readSize({ source, data }: MessageEvent, frame: HTMLIFrameElement | null): Size | null {
  if (frame === null || source !== frame.contentWindow) return null;
  const { width, height } = data as Partial<Size>;
  return typeof width === "number" && typeof height === "number" ? { width, height } : null;
}

export function RemoteImage({ src, alt }: { src: string | undefined; alt: string | undefined }) {
  const { t } = useTranslation();
  const source = destinationOf(src);
  const [isAsked, setIsAsked] = useState(source !== null && asked.has(source.href));
  const name = alt || t("Image");
  if (source === null) return <span>{name}</span>;
  if (isAsked) return <LoadedImage source={source} name={name} />;
  // Over http an image could be read and changed on its way.
  if (source.protocol !== "https:") {
    return <ExternalLink href={source.href} className={classes.asking}><ImageIcon size={16} aria-hidden /> {t("Open image “{{name}}”", { name })}</ExternalLink>;
  }
  const ask = () => {
    asked.add(source.href);
    setIsAsked(true);
  };
  return (
    <button type="button" className={classes.asking} title={source.href} onClick={ask}>
      <ImageIcon size={16} aria-hidden />
      <span>{t("Show image “{{name}}”", { name })} <span className={classes.place}>({placeOf(source)})</span></span>
    </button>
  );
}

function LoadedImage({ source, name }: { source: URL; name: string }) {
  const { t } = useTranslation();
  const frame = useRef<HTMLIFrameElement>(null);
  const [size, setSize] = useState<Size | null>(null);
  useEffect(() => {
    const listen = (event: MessageEvent) => setSize((known) => readSize(event, frame.current) ?? known);
    window.addEventListener("message", listen);
    return () => window.removeEventListener("message", listen);
  }, []);
  const hasFailed = size?.width === 0;
  const width = size === null ? 240 : size.width * Math.min(1, HIGHEST_PX / size.height);
  return (
    <span className={classes.figure}>
      {hasFailed ? (
        <span role="alert" className={classes.failed}>{t("The image could not be loaded.")}</span>
      ) : (
        <iframe ref={frame} className={classes.frame} src={`${FRAME}#${encodeURIComponent(source.href)}`} title={name} tabIndex={-1} sandbox="allow-scripts"
          style={{ width, aspectRatio: size === null ? "3 / 2" : `${size.width} / ${size.height}` }} />
      )}
      <span className={classes.caption}><ExternalLink href={source.href}>{name}</ExternalLink></span>
    </span>
  );
}
