"""Posts that chains of sign-off name (PAR-02); they come with the pack."""

from partners.models import Post
from partners.permissions import Capability
from partners.platform.records.kinds import RecordKind

KIND = RecordKind(
    model=Post,
    slug="posts",
    title="Posts",
    singular="post",
    one="Post of",
    about="Posts of the accountable body that sign documents off, such as programme manager.",
    shown=("title", "role"),
    called={"role": "Held by people who are"},
    capability=Capability.VIEW_RETURNS,
    order=("title", "id"),
    begins="They come with the plan of the partnership.",
)
