"""Folders of the media pool."""

from typing import List, Optional

from .handle import Api, api
from .media import Media
from .session import Session


class Folder(Api):
    """A bin of the media pool."""

    kind = "Folder"

    def __init__(self, session: Session, name: str) -> None:
        super().__init__(session)
        self.name = name
        self.uid = session.new_id()
        self.clips: List[Media] = []
        self.folders: List[Folder] = []

    @api()
    def GetName(self) -> str:
        return self.name

    @api()
    def GetUniqueId(self) -> str:
        return self.uid

    @api()
    def GetClipList(self) -> Optional[List[Media]]:
        clips = [clip for clip in self.clips if not clip.deleted]
        return clips if clips or self.session.flip() else None

    @api()
    def GetSubFolderList(self) -> "Optional[List[Folder]]":
        return self.folders if self.folders or self.session.flip() else None
