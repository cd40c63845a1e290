/** Keeps a scrolled element at its end while the reader is there, however its content grows or is measured anew. */
import { type RefObject, useLayoutEffect, useRef, useState } from "react";

const NEAR_END_PX = 40;

interface FollowEnd {
  isAtEnd: boolean;
  goToEnd: () => void;
  /** The reader is led elsewhere. */
  leaveEnd: () => void;
}

export function useFollowEnd(scroll: RefObject<HTMLElement>, content: RefObject<HTMLElement>): FollowEnd {
  const isFollowing = useRef(true);
  const [isAtEnd, setIsAtEnd] = useState(true);
  const goToEnd = () => {
    const element = scroll.current;
    if (element === null) return;
    isFollowing.current = true;
    element.scrollTo({ top: element.scrollHeight });
  };
  const leaveEnd = () => {
    isFollowing.current = false;
  };
  useLayoutEffect(() => {
    const element = scroll.current;
    if (element === null || content.current === null) return undefined;
    let last = { top: 0, height: 0 };
    const onScroll = () => {
      const { scrollTop: top, scrollHeight: height, clientHeight } = element;
      const isNear = height - clientHeight - top <= NEAR_END_PX;
      // The list itself moves up when what is above shrinks; only a reader does so in a content as high as before.
      if (isNear) isFollowing.current = true;
      else if (top < last.top && height >= last.height) isFollowing.current = false;
      last = { top, height };
      setIsAtEnd(isNear || isFollowing.current);
    };
    const follow = () => {
      if (isFollowing.current) element.scrollTo({ top: element.scrollHeight });
    };
    const observer = new ResizeObserver(follow);
    observer.observe(element);
    observer.observe(content.current);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, [scroll, content]);
  return { isAtEnd, goToEnd, leaveEnd };
}
