/** The page's icons, named once. */
export {
  Activity, Archive, ArchiveRestore, ArrowDown, ArrowLeft, ArrowUp, ArrowUpDown, Bell, ChartColumn, Check, ChevronDown, ChevronLeft, ChevronRight, CircleAlert, CircleCheck,
  CircleUser, Clock, Coins, Copy, Database, DoorOpen, Download, Drama, Eraser, ExternalLink, Fingerprint, FlaskConical, Folder, Gauge, Image, KeyRound, Keyboard, Link,
  LockKeyhole, LogOut, Mail, Menu, MessageCircle, MessageCircleDashed, MessageSquareText, MessagesSquare, Monitor, MonitorSmartphone, Moon, MoreHorizontal, Palette, Pencil, Pin, PinOff,
  Play, Plus, RefreshCw, ScrollText, Search, Settings, ShieldCheck, Smartphone, Sparkles, Square, SquareTerminal, Sun, Tags, ThumbsDown, ThumbsUp, Trash, Upload,
  UserCheck, UserCog, UserPlus, Users, WifiOff, X,
} from "lucide-react";
export type { LucideIcon } from "lucide-react";
